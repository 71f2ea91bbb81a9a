package dev.slipway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigAnswersTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void readsRevisionsAndPassesOverWhatItDoesNotKnow() {
        assertThat(ConfigAnswers.history(
                        "{\"kept\":20,\"revisions\":[{\"revision\":4,\"time\":\"2026-11-21T12:00:00Z\","
                                + "\"origin\":\"rest\",\"by\":{\"x\":[1]}},{\"revision\":3,"
                                + "\"time\":\"2026-11-21T12:00:00Z\",\"origin\":\"\"}]}"))
                .containsExactly(new ConfigRevision(4, NOON, "rest"), new ConfigRevision(3, NOON, ""));
        assertThat(ConfigAnswers.history("{\"revisions\":[]}")).isEmpty();
    }

    @Test
    void readsAChange() {
        ConfigChange change = ConfigAnswers.change("{\"rejected\":true,\"steps\":[{\"what\":\"reject\",\"model\":\"m\","
                + "\"subject\":\"version 2\",\"detail\":\"needs 2 GiB\",\"error\":{\"code\":\"X\"}}],"
                + "\"memory_bytes\":5,\"budget_bytes\":7}");
        assertThat(change.steps()).containsExactly(new ConfigChange.Step("reject", "m", "version 2", "needs 2 GiB"));
        assertThat(change.memoryBytes()).isEqualTo(5);
        assertThat(change.budgetBytes()).isEqualTo(7);
        assertThat(change.isRejected()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"revision\":",
                "{\"revision\":\"four\"}",
                "{\"revision\":4,\"time\":\"noon\"}",
                "<html>502</html>"
            })
    void whatIsNoAnswerIsAnError(String text) {
        assertThatThrownBy(() -> ConfigAnswers.revision(text))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOSS))
                .hasMessageContaining("the answer about a revision");
    }
}

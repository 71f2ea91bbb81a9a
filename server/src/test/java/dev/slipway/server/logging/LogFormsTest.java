package dev.slipway.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What lines look like, and that nobody but the server makes any. */
class LogFormsTest {
    private static final String FORGED = "2026-11-22T08:00:00Z INFO models - fraud:7 AVAILABLE";

    private static LogRecord log(String text) {
        LogRecord log = new LogRecord(Level.WARNING, text);
        log.setLoggerName("dev.slipway.server.transport.Exchange");
        return log;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\u000B", "\f"})
    void whatAClientSaysBeginsNoLine(String lineEnd) {
        LogRecord said = log("model 'x" + lineEnd + FORGED + "' is not known");
        said.setThrown(new IllegalStateException("y" + lineEnd + FORGED));
        String text = new TextForm().format(said);
        assertThat(text.split("[\n\r\u0085\u2028\u2029\u000B\f]+"))
                .noneMatch(line -> line.startsWith("2026-11-22T08:00:00Z"));
        assertThat(text.lines().findFirst().orElseThrow())
                .contains("WARNING Exchange - model 'x\\")
                .contains(FORGED);
        String json = new JsonForm().format(said);
        assertThat(json.lines()).hasSize(1);
        assertThat(json).doesNotContain("\u0085").doesNotContain("\u2028").doesNotContain("\u2029");
        assertThat(JsonMapper.shared().readTree(json).get("message").asString()).isEqualTo(said.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001B[2J",
                "\u0000",
                "\b",
                "\u007F",
                "\u009B31m",
                "\u202E",
                "\u200E",
                "\u200F",
                "\u061C",
                "\uD800"
            })
    void noCharacterThatATerminalObeysComesThrough(String character) {
        Formatter[] forms = {new TextForm(), new JsonForm()};
        for (Formatter form : forms) {
            assertThat(form.format(log("a" + character + "b"))).doesNotContain(character.substring(0, 1));
        }
    }

    @Test
    void aFailureIsToldWithItsTypeMessageAndTrace() {
        LogRecord failed = log("a request failed");
        failed.setThrown(new IllegalStateException("no \"memory\""));
        JsonNode json = JsonMapper.shared().readTree(new JsonForm().format(failed));
        assertThat(json.get("log.level").asString()).isEqualTo("WARN");
        assertThat(json.get("log.logger").asString()).isEqualTo("dev.slipway.server.transport.Exchange");
        assertThat(json.get("error.type").asString()).isEqualTo("java.lang.IllegalStateException");
        assertThat(json.get("error.message").asString()).isEqualTo("no \"memory\"");
        assertThat(json.get("error.stack_trace").asString()).contains("LogFormsTest.aFailureIsToldWithIts");
        assertThat(json.get("process.thread.name").asString())
                .isEqualTo(Thread.currentThread().getName());
        assertThat(json.has("http.request.id")).isFalse();
    }

    @Test
    void ofLinesThatSayTheSameSomeAreWrittenAndThenTheirNumber() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        AtomicLong nanos = new AtomicLong();
        Deque<Runnable> later = new ArrayDeque<>();
        LogOutput output = new LogOutput(written, new TextForm(), 3, nanos::get, later::add);
        for (int i = 0; i < 126; i++) {
            output.publish(log("disk is full"));
        }
        output.publish(log("something else"));
        assertThat(lines(written)).hasSize(4).last().asString().endsWith("something else");
        assertThat(later).hasSize(1);
        nanos.addAndGet(Repeats.INTERVAL_SECONDS * 1_000_000_000L);
        later.remove().run();
        assertThat(lines(written))
                .hasSize(5)
                .last()
                .asString()
                .endsWith("... and 123 more like it in 60 s: disk is full");
        assertThat(later).isEmpty();
        output.publish(log("disk is full"));
        assertThat(lines(written)).hasSize(6);
    }

    @Test
    void whatIsSaidOfTwoModelsIsNotTheSameAndAtTheEndNothingIsOwed() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        LogOutput output = new LogOutput(written, new TextForm(), 1, () -> 0, later -> {});
        for (String model : List.of("a", "b", "a", "b", "b")) {
            LogRecord lost = log("model ''{0}'' is lost");
            lost.setParameters(new Object[] {model});
            output.publish(lost);
        }
        assertThat(lines(written))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("model 'a' is lost"),
                        line -> assertThat(line).endsWith("model 'b' is lost"));
        output.close();
        assertThat(lines(written))
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).endsWith("... and 1 more like it in 60 s: model 'a' is lost"))
                .anySatisfy(line -> assertThat(line).endsWith("... and 2 more like it in 60 s: model 'b' is lost"));
        output.close();
        assertThat(lines(written)).hasSize(4);
    }

    @Test
    void whoClosesItLeavesTheProcessItsErrorStream() {
        boolean[] isClosed = new boolean[1];
        ByteArrayOutputStream written = new ByteArrayOutputStream() {
            @Override
            public void close() {
                isClosed[0] = true;
            }
        };
        LogOutput output = new LogOutput(written, new TextForm(), 3, () -> 0, later -> {});
        output.publish(log("first"));
        output.close();
        output.publish(log("second"));
        assertThat(lines(written)).hasSize(2);
        assertThat(isClosed[0]).isFalse();
    }

    @Test
    void anyNumberOfDifferentLinesTakesBoundedMemoryAndNoneIsLost() {
        Repeats repeats = new Repeats(1, () -> 0);
        int told = 0;
        for (int i = 0; i < 3 * Repeats.KINDS_MAX; i++) {
            repeats.isWritten(log("line " + i));
            repeats.isWritten(log("line " + i));
            while (repeats.over() != null) {
                told++;
            }
        }
        assertThat(told).isGreaterThanOrEqualTo(2 * Repeats.KINDS_MAX);
    }

    @Test
    void whoLooksForSomethingIsToldEachTime() {
        Repeats repeats = new Repeats(1, () -> 0);
        LogRecord debug = new LogRecord(Level.FINE, "again");
        assertThat(repeats.isWritten(debug)).isTrue();
        assertThat(repeats.isWritten(debug)).isTrue();
        Repeats all = new Repeats(0, () -> 0);
        assertThat(all.isWritten(log("again"))).isTrue();
        assertThat(all.isWritten(log("again"))).isTrue();
    }

    private static List<String> lines(ByteArrayOutputStream written) {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}

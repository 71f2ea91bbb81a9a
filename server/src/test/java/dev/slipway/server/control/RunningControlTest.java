package dev.slipway.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ConfigFile;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.management.ConfigText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningControlTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    /** Remembers what it was switched to; fails, half done, where it is told to. */
    private static final class Switched implements Effects {
        final List<ServingConfig> all = new ArrayList<>();
        Predicate<ServingConfig> fails = config -> false;
        Change change = new Change(List.of(), 0, 0);

        @Override
        public void switchTo(ServingConfig config) {
            all.add(config);
            if (fails.test(config)) {
                throw new IllegalStateException("halfway");
            }
        }

        @Override
        public Change forecast(ServingConfig from, ServingConfig to) {
            return change;
        }

        @Override
        public List<SlipwayException> faults() {
            return List.of();
        }

        ServingConfig last() {
            return all.get(all.size() - 1);
        }
    }

    @TempDir
    private Path folder;

    private final Switched effects = new Switched();
    private Path file;

    @BeforeEach
    void makeFolders() throws IOException {
        file = folder.resolve("slipway.yaml");
        Files.createDirectories(folder.resolve("models"));
    }

    private ServingConfig config(String text) {
        return ConfigYaml.parse("test", text, folder).serving();
    }

    private RunningControl control(RevisionFolder state) {
        return new RunningControl(
                effects, new RevisionLog(NOON, state), RunningControl.Began.WITHOUT_FILE, config("repository: models"));
    }

    private RunningControl fromFile(String text) throws IOException {
        Files.writeString(file, text);
        ConfigFile opened = new ConfigFile(file, ConfigFile.Form.SLIPWAY, ConfigYaml.NOTHING, Duration.ZERO);
        return new RunningControl(
                effects,
                new RevisionLog(NOON, null),
                new RunningControl.Began(opened, opened.read().start()),
                opened.read().serving());
    }

    private static ServingConfig polling(int seconds, ServingConfig config) {
        return config.withPoll(Duration.ofSeconds(seconds));
    }

    @Test
    void everyConfigurationThatIsAppliedIsNumbered() {
        RunningControl control = control(null);
        assertThat(control.current())
                .extracting("number", "origin", "time")
                .containsExactly(1L, "start", NOON.instant());
        Revision second = control.apply(config -> polling(7, config), "rest");
        assertThat(second).extracting("number", "origin").containsExactly(2L, "rest");
        assertThat(effects.last()).isEqualTo(second.config());
        assertThat(control.apply(config -> config, "rest"))
                .as("what is so anyway is no revision")
                .isSameAs(second);
        assertThat(control.history()).extracting("number").containsExactly(2L, 1L);
    }

    @Test
    void whatFailsHalfwayIsTakenBackWhole() {
        RunningControl control = control(null);
        ServingConfig before = control.current().config();
        effects.fails = config -> config.poll().equals(Duration.ofSeconds(7));
        assertThatThrownBy(() -> control.apply(config -> polling(7, config), "rest"))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                .hasMessageContaining("halfway");
        assertThat(effects.all).hasSize(3);
        assertThat(effects.last()).isEqualTo(before);
        assertThat(control.current().number()).isOne();
        assertThat(control.apply(config -> polling(8, config), "rest").number()).isEqualTo(2);
    }

    @Test
    void whatContradictsItselfOrIsMissingChangesNothing() {
        RunningControl control = control(null);
        assertThatThrownBy(() -> control.apply(
                        config -> config("repository: models\nmodels: {m: {versions: [3], labels: {a: 4}}}"), "rest"))
                .hasMessage("model 'm': labels name version 4, versions wants just 3 (expected: labels of these)");
        assertThatThrownBy(() -> control.apply(
                        config -> config("repository: models\nmodels: {m: {labels: {a: 4, b: 5}}}"), "rest"))
                .hasMessageContaining("labels name versions 4, 5, versions wants the latest 1");
        assertThatThrownBy(() -> control.apply(config -> config("models: {m: {path: absent}}"), "rest"))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("absent' is not there (expected: its folder or file)");
        effects.change = new Change(
                List.of(new Change.Step(
                        Change.What.REJECT,
                        "m",
                        "version 7",
                        "needs 2 GiB (free: 1 GiB)",
                        new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, ""))),
                0,
                0);
        assertThatThrownBy(() -> control.apply(config -> polling(7, config), "rest"))
                .hasMessage("model 'm' version 7: needs 2 GiB (free: 1 GiB)");
        assertThat(effects.all).as("nothing was switched").hasSize(1);
        assertThat(control.history()).hasSize(1);
    }

    @Test
    void aStorageThatIsAwayNowIsNoReasonAgainstAnotherChange() throws IOException {
        RunningControl control = control(null);
        Files.delete(folder.resolve("models"));
        assertThat(control.apply(config -> polling(7, config), "rest").number()).isEqualTo(2);
    }

    @Test
    void rollbackAppliesAnEarlierOneAsANewOne() {
        RunningControl control = control(null);
        assertThatThrownBy(() -> control.rollback(OptionalLong.empty(), ""))
                .hasMessage("there is no revision before 1");
        control.apply(config -> polling(2, config), "rest");
        control.apply(config -> polling(3, config), "rest");
        Revision back = control.rollback(OptionalLong.empty(), "");
        assertThat(back).extracting("number", "origin").containsExactly(4L, "rollback to 2");
        assertThat(back.config().poll()).isEqualTo(Duration.ofSeconds(2));
        assertThat(control.rollback(OptionalLong.of(1), "rest").origin()).isEqualTo("rollback to 1, rest");
        assertThatThrownBy(() -> control.rollback(OptionalLong.of(99), ""))
                .hasMessage("revision 99 is not kept (kept: 5, 4, 3, 2, 1)");
    }

    @Test
    void theLastTwentyAreKept() {
        RunningControl control = control(new RevisionFolder(folder.resolve("state")));
        for (int i = 1; i <= 30; i++) {
            int seconds = i;
            control.apply(config -> polling(seconds, config), "rest");
        }
        assertThat(control.history()).hasSize(20);
        assertThat(control.history().get(19).number()).isEqualTo(12);
        assertThat(folder.resolve("state")).isDirectoryNotContaining("glob:**revision-11.yaml");
    }

    @Test
    void numbersAndRollbackSurviveARestart() throws IOException {
        RevisionFolder state = new RevisionFolder(folder.resolve("state"));
        RunningControl before = control(state);
        before.apply(config -> config("repository: models\nmodels: {m: {labels: {a: 7}}}"), "rest");
        before.apply(config -> polling(9, config), "grpc\nforged");
        RunningControl after = control(new RevisionFolder(folder.resolve("state")));
        assertThat(after.current()).extracting("number", "origin").containsExactly(4L, "start");
        assertThat(after.history()).extracting("origin").containsExactly("start", "grpc forged", "rest", "start");
        assertThat(after.rollback(OptionalLong.of(2), "")
                        .config()
                        .of("m")
                        .lifecycle()
                        .labels())
                .containsOnlyKeys("a");
        assertThat(control(new RevisionFolder(folder.resolve("state")))
                        .current()
                        .number())
                .isEqualTo(6);

        Files.writeString(folder.resolve("state/revision-6.yaml"), "broken");
        Files.writeString(folder.resolve("state/revision-7.tmp"), "half");
        assertThat(control(new RevisionFolder(folder.resolve("state")))
                        .current()
                        .number())
                .as("a broken one counts for nothing, but its number is not given again")
                .isEqualTo(7);
    }

    @Test
    void aStartWithTheSameIsNoNewRevision() {
        control(new RevisionFolder(folder.resolve("state")));
        assertThat(control(new RevisionFolder(folder.resolve("state")))
                        .current()
                        .number())
                .isOne();
    }

    @Test
    void whatCanNotBeKeptIsNotApplied() throws IOException {
        RunningControl control = control(new RevisionFolder(folder.resolve("state")));
        ServingConfig before = control.current().config();
        Files.delete(folder.resolve("state/revision-1.yaml"));
        Files.delete(folder.resolve("state"));
        assertThatThrownBy(() -> control.apply(config -> polling(7, config), "rest"))
                .hasMessageContaining("can't be written to");
        assertThat(control.current().config()).isEqualTo(before);
        assertThat(effects.last()).isEqualTo(before);
    }

    @Test
    void reloadAppliesWhatTheFileSaysNow() throws IOException {
        RunningControl control = fromFile("repository: models\nlisteners: {port: 8500}\n");
        Files.writeString(file, "repository: models\nlisteners: {port: 8500}\npoll_interval: 7s\n");
        assertThat(control.reload("SIGHUP").origin()).isEqualTo("SIGHUP");
        assertThat(effects.last().poll()).isEqualTo(Duration.ofSeconds(7));

        Files.writeString(file, "repositry: models\n");
        assertThatThrownBy(() -> control.reload("file"))
                .hasMessage(file + ":1: unknown key 'repositry' (nearest: repository)");
        assertThat(control.faults()).hasSize(1);
        assertThat(control.current().number()).isEqualTo(2);

        Files.writeString(file, "repository: models\nlisteners: {port: 8600}\n");
        assertThatThrownBy(() -> control.reload("file"))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessage(file + ": listeners.port: 8600 (running: 8500); a restart changes it");
        assertThat(control.faults()).hasSize(1);

        Files.writeString(file, "listeners: {port: 8500}\n");
        assertThatThrownBy(() -> control.reload("file")).hasMessageContaining("asks for no models at all");
        Files.delete(file);
        assertThatThrownBy(() -> control.reload("file")).hasMessageContaining("is not there");
        Files.writeString(file, "repository: models\nlisteners: {port: 8500}\npoll_interval: 7s\n");
        assertThat(control.reload("file").number()).isEqualTo(2);
        assertThat(control.faults()).isEmpty();
    }

    @Test
    void thereIsNothingToReloadWithoutAFile() {
        assertThatThrownBy(() -> control(null).reload("SIGHUP")).hasMessageContaining("there is no file to reload");
    }

    @Test
    void readsATextWithoutListenersButNotWithOthers() throws IOException {
        RunningControl control = fromFile("repository: models\nlisteners: {port: 8500}\n");
        assertThat(control.read("body", "repository: models").repository())
                .isEqualTo(folder.resolve("models").toString());
        assertThatThrownBy(() -> control.read("body", "listeners: {port: 1}"))
                .hasMessage("listeners.port: 1 (running: 8500)");
        assertThatThrownBy(() -> control.read("body", "lisstener: {}")).hasMessageStartingWith("body:1: unknown key");
    }

    @Test
    void whatHidesAPasswordIsReadAsWhatItHides() {
        RunningControl control = control(null);
        String url = "https://me:secret@models.example/m.tar.gz?signature=abc#version=3";
        control.apply(config -> config("models: {m: {path: '%s'}}".formatted(url)), "rest");
        String shown = ConfigText.of(control).yaml(control.current().config());
        assertThat(shown)
                .contains("https://models.example/m.tar.gz#version=3")
                .doesNotContain("secret")
                .doesNotContain("abc");
        assertThat(control.read("body", shown)).isEqualTo(control.current().config());
        assertThat(control.read("body", "models: {m: {path: 'https://models.example/other.tar.gz'}}")
                        .of("m")
                        .location())
                .isEqualTo("https://models.example/other.tar.gz");
    }

    @Test
    void manyChangesAtOnceAreMadeOneAfterTheOther() throws Exception {
        RunningControl control = control(null);
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int j = 0; j < 200; j++) {
                    control.apply(config -> config.withPoll(config.poll().plusSeconds(1)), "rest");
                }
            }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(control.current().number()).isEqualTo(1601);
        assertThat(control.current().config().poll()).isEqualTo(Duration.ofSeconds(1630));
        Set<Long> numbers = new HashSet<>();
        control.history().forEach(revision -> numbers.add(revision.number()));
        assertThat(numbers).hasSize(20);
        assertThat(effects.last()).isEqualTo(control.current().config());
    }
}

package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What many restarts leave behind: nothing. */
@Timeout(180)
class LeakTest {
    private static final int RESTARTS = 25;

    @TempDir
    Path folder;

    @Test
    void restartsLeaveNoProcessNoThreadNoFileAndNoDescriptor() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "this system has no /proc");
        Path sockets;
        try (ProcessBackend backend = TestCrew.backend();
                ProcessServable model =
                        TestCrew.load(backend, TestCrew.write(folder.resolve("m/1"), folder.resolve("notes"), ""))) {
            sockets = backend.tools().workplace().python().getParent();
            TestCrew.failure(model, TestWorker.EXIT);
            TestCrew.ask(model, 1);
            long descriptors = count(Path.of("/proc/self/fd"));
            int threads = threads();
            for (int i = 0; i < RESTARTS; i++) {
                TestCrew.failure(model, TestWorker.EXIT);
                TestCrew.ask(model, 1);
            }
            TestCrew.await(() -> threads() <= threads);
            TestCrew.await(() -> count(Path.of("/proc/self/fd")) <= descriptors);
            assertThat(children()).as("zombies and workers").isEqualTo(1);
            assertThat(count(sockets)).as("python/ alone").isEqualTo(1);
        }
        assertThat(children()).isZero();
        assertThat(sockets).doesNotExist();
        TestCrew.await(() -> threads() == 0);
    }

    private static long count(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Of the backend's. */
    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("slipway-"))
                .count();
    }

    /** Those that ended and nobody has asked for are children, too. */
    private static long children() {
        return ProcessHandle.current().children().count();
    }
}

package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.Servable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker may use, and what it is told of the server. Seen through Linux's /proc. */
@Timeout(120)
class LimitsTest {
    @TempDir
    Path folder;

    private final ProcessBackend backend = TestCrew.backend();

    @BeforeEach
    void needsProc() {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "this system has no /proc");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Path notes() {
        return folder.resolve("notes");
    }

    private Path model(String more) {
        return TestCrew.write(folder.resolve("m/1"), notes(), more);
    }

    private String proc(String file) throws IOException {
        long pid = TestCrew.pids(notes()).get(0);
        return Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
    }

    private List<String> environment() throws IOException {
        return Stream.of(proc("environ").split("\0")).sorted().toList();
    }

    @Test
    void aWorkerAboveItsMemoryIsEndedAndSaysSo() {
        try (ProcessServable model = TestCrew.load(backend, model("memory_limit: 150MiB"))) {
            assertThat(TestCrew.failure(model, TestWorker.EAT_MEMORY))
                    .hasMessageMatching("worker 0 of 'm/1' used \\d+(\\.\\d+)? MiB of memory and was ended"
                            + " \\(memory_limit: 150\\.0 MiB\\).*");
            assertThat(TestCrew.ask(model, 3)).containsExactly(6);
            assertThat(model.description().memoryBytes()).isEqualTo(150L << 20);
        }
    }

    @Test
    void aWorkerHasTheProcessorsAndThePriorityThatWereSaid() throws IOException {
        try (ProcessServable model = TestCrew.load(backend, model("cpus: 1\nnice: 7"))) {
            assertThat(TestCrew.ask(model, 3)).containsExactly(6);
            assertThat(proc("status")).containsPattern("Cpus_allowed_list:\\s+\\d+\n");
            String stat = proc("stat");
            // Of the fields after the name's bracket the 17th.
            assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]).isEqualTo("7");
            assertThat(environment()).contains("OMP_NUM_THREADS=1");
        }
    }

    @Test
    void aWorkerIsToldNothingOfTheServersEnvironmentButWhatEveryoneMayKnow() throws IOException {
        assertThat(System.getenv()).as("something to hide").hasSizeGreaterThan(3);
        try (ProcessServable model = TestCrew.load(backend, model("env: {GREETING: yes, OMP_NUM_THREADS: 3}"))) {
            assertThat(TestCrew.ask(model, 3)).containsExactly(6);
            assertThat(environment())
                    .contains("GREETING=yes", "OMP_NUM_THREADS=3", "PYTHONDONTWRITEBYTECODE=1")
                    .allMatch(variable -> variable.matches("(PATH|HOME|USER|LOGNAME|LANG|LC_ALL|LC_CTYPE|TZ|TMPDIR"
                            + "|LD_LIBRARY_PATH|JAVA_HOME|VIRTUAL_ENV|CONDA_PREFIX|CUDA_VISIBLE_DEVICES"
                            + "|NVIDIA_VISIBLE_DEVICES|GREETING|PYTHON\\w+|\\w+_NUM_THREADS|SLIPWAY_WORKER_\\w+)=.*"));
        }
    }

    @Test
    void oneWorkerWithOneThreadIsEnoughForEqualBits() throws IOException {
        LoadOptions options = new LoadOptions(true, null, Map.of());
        try (Servable model = backend.recognise(model("workers: 3"))
                .orElseThrow()
                .with(options)
                .load()) {
            assertThat(TestCrew.ask(model, 3)).containsExactly(6);
            assertThat(TestCrew.pids(notes())).hasSize(1);
            assertThat(environment()).contains("SLIPWAY_DETERMINISTIC=1", "OMP_NUM_THREADS=1", "PYTHONHASHSEED=0");
        }
    }

    @Test
    void theNumberOfWorkersMayBeSaidFromOutside() {
        LoadOptions options = new LoadOptions(false, null, Map.of("workers", "2"));
        try (Servable model =
                backend.recognise(model("")).orElseThrow().with(options).load()) {
            assertThat(model.description().metadata()).containsEntry("workers", "2");
            assertThat(TestCrew.pids(notes())).hasSize(2);
        }
    }

    @Test
    void workersEndWhenTheServerIsKilled() throws Exception {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // It leaves its folder behind.
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Doomed.class.getName(),
                        model("workers: 2").toString(),
                        notes().toString())
                .inheritIO()
                .start();
        TestCrew.await(() -> Files.exists(notes().resolve("loaded")) || !server.isAlive());
        List<Long> pids = TestCrew.pids(notes());
        assertThat(pids).hasSize(2).allMatch(TestCrew::isAlive);
        // One of them computes, and does not look whether anybody is there.
        TestCrew.await(() -> Files.exists(notes().resolve("hangs")));
        server.destroyForcibly();
        TestCrew.await(() -> pids.stream().noneMatch(TestCrew::isAlive));
    }

    /** A server that is not asked before it ends. */
    static final class Doomed {
        private Doomed() {}

        public static void main(String[] args) throws Exception {
            ProcessServable model = TestCrew.load(TestCrew.backend(), Path.of(args[0]));
            Files.writeString(Path.of(args[1], "loaded"), "");
            TestCrew.ask(model, TestWorker.HANG);
        }
    }
}

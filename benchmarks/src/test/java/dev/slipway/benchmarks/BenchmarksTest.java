package dev.slipway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.benchmarks.target.VertxEcho;
import dev.slipway.benchmarks.wire.Workload;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchmarksTest {
    private static final Path IO =
            Path.of(System.getProperty("slipway.root"), "benchmarks/models/mlp-4-16-3/1/io.json");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = Benchmarks.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(out));
        return commandLine.execute(arguments);
    }

    @Test
    void callsTheRealModelInALoop() {
        assertThat(run("bare", "--io", IO.toString(), "--seconds", "0.1", "--batches", "1,3"))
                .isZero();
        String numbers = "(\t[0-9.]+){6}\\R";
        assertThat(out.toString())
                .matches("bare\tmade\t1" + numbers + "bare\tmade\t3" + numbers + "bare\tpinned\t1" + numbers
                        + "bare\tpinned\t3" + numbers);
    }

    @ParameterizedTest
    @CsvSource({"--pressure=2x2", "--rate=100"})
    void drivesLoadAtAnEcho(String load) throws Exception {
        try (VertxEcho echo = new VertxEcho(Workload.read(IO), 0)) {
            assertThat(run(
                            "load",
                            "--io=" + IO,
                            "--protocol=oip-grpc",
                            "--port=" + echo.port(),
                            load,
                            "--seconds=0.1",
                            "--pid=" + ProcessHandle.current().pid()))
                    .isZero();
        }
        assertThat(out.toString()).matches("\\d+ answers in 0.100 s, .* CPU-s; p50 .* us; 0 shed, 0 late\\R");
    }

    @Test
    void tellsTheScenarios() {
        assertThat(run("bench", "--list")).isZero();
        assertThat(out.toString()).startsWith("tiny ").contains("A 4-16-3 network");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--scenario=tinny | scenario 'tinny' (expected: one of [tiny",
                "--target=triton | target 'triton' (expected: NAME=PROTOCOL,http://HOST:PORT[,MODEL[,PID]])",
                "--target=t=grpc,http://h:1 | protocol 'grpc' (expected: tfs-rest",
                "--target=t=tfs-rest,h:1 | has URL 'h:1' (expected: http://HOST:PORT)",
                "--target=t=tfs-rest,http://h:1,m,x | has process 'x' (expected: a number)",
                "--rounds=0 | rounds: 0",
                "--measure=0 | measured: PT0S",
                "--generator=ab | --generator 'ab' (expected: auto or jvm)",
                "--pressure=1 | Unknown option",
            })
    void refusesArgumentsThatItDoesNotUnderstand(String argument, String message) {
        assertThat(run("bench", argument)).isNotZero();
        assertThat(out.toString()).contains(message);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuresHowAServerStarts() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path script = Files.writeString(folder.resolve("server.sh"), """
                trap 'kill $!; exit 0' TERM
                "$@" &
                wait
                """);
        assertThat(run(
                        "startup",
                        "--io=" + IO,
                        "--port=" + port,
                        "--runs=2",
                        "--idle=0",
                        "--log=" + folder.resolve("log"),
                        "--",
                        "bash",
                        script.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Benchmarks.class.getName(),
                        "echo",
                        "--serve=" + IO + "=" + port))
                .isZero();
        assertThat(out.toString())
                .matches("\\d+ ms to the first answer \\(\\d+ to \\d+ in 2 runs\\), \\d+ MiB resident when idle\\R");
        assertThat(folder.resolve("log")).exists();
    }
}

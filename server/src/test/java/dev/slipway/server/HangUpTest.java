package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server's process that is told by a signal to read its file, is killed, and is started again. */
@DisabledOnOs(OS.WINDOWS)
class HangUpTest {
    private static final String HISTORY = "/slipway/v1/config/history";
    private static final Pattern PORT = Pattern.compile("localhost:(\\d+) and");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    private Process start(Path log) throws IOException {
        return start(log, "--config=" + folder.resolve("slipway.yaml"));
    }

    private static Process start(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!Files.readString(log).contains("Ready after")) {
            if (!process.isAlive() || System.nanoTime() > end) {
                process.destroyForcibly();
                throw new AssertionError(Files.readString(log));
            }
            Thread.onSpinWait();
        }
        return process;
    }

    private String get(Path log, String path) throws Exception {
        Matcher port = PORT.matcher(Files.readString(log));
        assertThat(port.find()).isTrue();
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void hangUp(Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
        assertThat(kill.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aServerThatReadsRulesAloneIsNotEndedByASignal() throws Exception {
        TestModels.write(folder.resolve("a/1"), TestModels.times(1, 1));
        Path rules = Files.writeString(folder.resolve("access.yaml"), "anonymous: reader\n");
        Path log = folder.resolve("log");
        Process process =
                start(log, folder.resolve("a").toString(), "--access_file=" + rules, "--port=0", "--rest_api_port=0");
        try {
            assertThat(get(log, "/slipway/v1/models")).contains("\"a\"");
            Files.writeString(rules, "members: {'key:ci': reader}\n");
            hangUp(process);
            while (get(log, "/slipway/v1/models").contains("\"a\"")) {
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                Thread.onSpinWait();
            }
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aSignalHasTheFileReadAndRevisionsSurviveAKill() throws Exception {
        String text =
                "listeners: {host: 127.0.0.1, port: 0, rest_port: 0}\nstate_dir: state\nmodels: {a: {path: a}%s}\n";
        Path file = folder.resolve("slipway.yaml");
        TestModels.write(folder.resolve("a/1"), TestModels.times(1, 1));
        TestModels.write(folder.resolve("b/1"), TestModels.times(2, 2));
        Files.writeString(file, text.formatted(""));
        Path log = folder.resolve("log");
        Process process = start(log);
        try {
            // The file is looked at each second as well: on a slow machine that may come first, but not each time.
            for (int change = 1; !get(log, HISTORY).contains("\"SIGHUP\""); change++) {
                Files.writeString(file, text.formatted(", b: {path: b, labels: {change%d: 1}}".formatted(change)));
                hangUp(process);
                while (!get(log, HISTORY).contains("\"revision\":" + (change + 1))) {
                    assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                    Thread.onSpinWait();
                }
            }
            assertThat(get(log, "/slipway/v1/models")).contains("\"b\"");
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        Path second = folder.resolve("second.log");
        Process again = start(second);
        try {
            assertThat(get(second, HISTORY)).contains("\"revision\":2", "SIGHUP", "\"revision\":1");
            assertThat(get(second, "/slipway/v1/models")).contains("\"b\"");
        } finally {
            again.destroyForcibly();
        }
    }
}

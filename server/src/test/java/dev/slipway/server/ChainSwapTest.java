package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.config.ConfigFile;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands before and after a model changes in the file beside it, while requests come. */
class ChainSwapTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final int CLIENTS = 8;
    private static final int SWAPS = 6;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private SlipwayServer server;

    /** All answers, as they come; looked at by the thread that swaps alone. */
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private void start() throws IOException {
        Path file = folder.resolve("slipway.yaml");
        Files.writeString(file, "repository: repo\npoll_interval: 20ms\nsettle_time: 1ms\n");
        ConfigFile opened = new ConfigFile(file, ConfigFile.Form.SLIPWAY, ConfigYaml.NOTHING, Duration.ofMillis(5));
        server = SlipwayServer.start(
                new ServerOptions(
                                opened.read().serving(),
                                ServerOptions.Network.ANY_FREE_PORT,
                                ServerOptions.Resources.ofThisMachine())
                        .withOrigin(
                                new ServerOptions.Origin(opened, opened.read().start(), folder.resolve("state"))),
                List.of());
        assertThat(server.awaitReady(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    }

    /** Whole, as an editor saves. */
    private void say(String model, String text) throws IOException {
        Path target = folder.resolve("repo").resolve(model).resolve("slipway.yaml");
        Path written = Files.writeString(folder.resolve("written"), text);
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String ask(String model, String instance) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d/v1/models/%s:predict".formatted(server.restPort(), model));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [%s]}".formatted(instance)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body().replaceAll("\\s", "");
    }

    /** Swaps two forms of a model under requests that both understand. */
    private void swap(String model, String instance, Map<String, String> answersBySaying) throws Exception {
        List<String> sayings = List.copyOf(answersBySaying.keySet());
        say(model, sayings.get(0));
        start();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Thread(() -> {
                while (!isOver.get() && failures.isEmpty()) {
                    try {
                        String answer = ask(model, instance);
                        if (!answersBySaying.containsValue(answer)) {
                            failures.add(answer);
                        }
                        seen.add(answer);
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        failures.add(e.toString());
                    }
                }
            }));
        }
        clients.forEach(Thread::start);
        try {
            for (int i = 1; i <= SWAPS && failures.isEmpty(); i++) {
                String saying = sayings.get(i % 2);
                seen.clear();
                say(model, saying);
                awaitSeen(answersBySaying.get(saying));
            }
        } finally {
            isOver.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    private void awaitSeen(String answer) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (failures.isEmpty() && !answer.equals(seen.poll(20, TimeUnit.MILLISECONDS))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no answer %s after %d s".formatted(answer, PATIENCE_SECONDS));
            }
        }
    }

    @Test
    void outputsChangeUnderRequests() throws Exception {
        TestModels.write(folder.resolve("repo/m/1"), TestModels.file("rows-2-3-5.onnx"));
        swap(
                "m",
                "[1, 1, 1]",
                Map.of(
                        "output: {clamp: [0, 4]}\n", "200 {\"predictions\":[[2.0,3.0,4.0]]}",
                        "output: {name: best, apply: argmax}\n", "200 {\"predictions\":[2]}"));
    }

    @Test
    void inputsChangeUnderRequests() throws Exception {
        TestModels.write(folder.resolve("repo/m/1"), TestModels.file("mixed.onnx"));
        String columns = "{name: kind, type: integer}, {name: note, type: text}]}\n";
        swap(
                "m",
                "{\"amount\": [3], \"kind\": [2], \"note\": [\"x\"]}",
                Map.of(
                        "input: none\n",
                        "200 {\"predictions\":[{\"sum\":[5.0],\"said\":[\"x\"]}]}",
                        "input: {type: table, columns: [{name: amount, scale: {mean: 1, std: 2}}, " + columns,
                        "200 {\"predictions\":[{\"sum\":[3.0],\"said\":[\"x\"]}]}"));
    }
}

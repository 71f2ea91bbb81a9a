package dev.slipway.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** All backends in one server, asked by many clients at once, while one model's worker process is killed again and again. */
class AllAtOnceTest {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 150;
    private static final double TOLERANCE = 1e-4;
    private static final String WORKER = "worker";

    /** How often a request, of {@link #REQUESTS} of each client, kills the worker that it goes to. */
    private static final int KILLS_IN = 40;

    @TempDir
    static Path repository;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(() -> {
        Distribution.installed();
        return repository();
    });

    private static Path repository() {
        Path root = Path.of(System.getProperty("slipway.root"));
        try {
            copy(root.resolve("examples/formats"), repository);
            copy(root.resolve("examples/models"), repository);
            Workers.crashing(repository.resolve(WORKER).resolve("1"));
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @Test
    void oneWorkersCrashesHurtNobodyElse() throws Exception {
        List<String> models = List.of("digits-savedmodel", "digits-keras", "digits-torchscript", "digits");
        Map<String, Integer> failed = new ConcurrentHashMap<>();
        Map<String, Integer> answered = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                done.add(clients.submit(() -> {
                    for (int request = 0; request < REQUESTS; request++) {
                        String model = random.nextInt(3) == 0 ? WORKER : models.get(random.nextInt(models.size()));
                        boolean isWell =
                                model.equals(WORKER) ? askWorker(random.nextInt(KILLS_IN) == 0, request) : ask(model);
                        (isWell ? answered : failed).merge(model, 1, Integer::sum);
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(failed.keySet()).isSubsetOf(WORKER);
        assertThat(failed).containsKey(WORKER);
        assertThat(answered.keySet()).containsAll(models).contains(WORKER);
        assertThat(askWorker(false, 7) || askWorker(false, 7)).isTrue();
    }

    private static boolean ask(String model) {
        Path folder = repository.resolve(model);
        Io io = Io.of(Files.exists(folder.resolve("2")) ? folder.resolve("2") : folder.resolve("1"));
        HttpResponse<String> answer =
                SERVER.post("/v1/models/%s:predict".formatted(model), "{\"instances\": " + io.rows() + "}");
        JsonNode predictions = Io.parse(answer.body()).path("predictions");
        return answer.statusCode() == 200 && Io.difference(predictions, io.expected()) <= TOLERANCE;
    }

    private static boolean askWorker(boolean isKilled, int number) {
        String body = "{\"instances\": [%d]}".formatted(isKilled ? Workers.LETHAL : number);
        HttpResponse<String> answer = SERVER.post("/v1/models/%s:predict".formatted(WORKER), body);
        return answer.statusCode() == 200
                && Io.parse(answer.body()).path("predictions").path(0).path("y").asDouble() == 2.0 * number;
    }
}

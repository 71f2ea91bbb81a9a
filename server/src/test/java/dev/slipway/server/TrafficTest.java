package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Split;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.ModelLocation;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.RollbackBounds;
import dev.slipway.core.traffic.Shadow;
import dev.slipway.core.traffic.ShadowState;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.core.traffic.TrafficSettings.Sticky;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.server.TrafficClient.Call;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.ServingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Labels, shadows and rollbacks, by a real server and real clients of all protocols. */
class TrafficTest {
    private static final int THREADS = 8;
    private static final int MOVES = 1_000;
    private static final Split SEVEN = Split.of(7);
    private static final Split EIGHT = Split.of(8);
    private static final Split HALF = new Split(Map.of(7L, 1, 8L, 1));
    private static final TrafficSettings PLAIN = new TrafficSettings("champion", null, null, null);

    /** 7 and 8 add 7 and 8; 9 fails; 10 does as 7. */
    @TempDir
    private static Path folder;

    @RegisterExtension
    static final SlipwayExtension server =
            SlipwayExtension.serving(TrafficTest::models).with(TrafficTest::withAllVersions);

    private static Path models() {
        try {
            AddingBackend.write(folder.resolve("fraud/7"), "7");
            AddingBackend.write(folder.resolve("fraud/8"), "8");
            AddingBackend.write(folder.resolve("fraud/9"), "fail");
            AddingBackend.write(folder.resolve("fraud/10"), "7");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerOptions withAllVersions(ServerOptions options) {
        ModelLocation model = new ModelLocation("fraud", folder.resolve("fraud"), new VersionSelection.All());
        FileSystemSource.Options source = new FileSystemSource.Options(
                null, VersionSelection.NEWEST, List.of(model), Duration.ofDays(1), Duration.ofMillis(1));
        return options.withServing(former -> ServingConfig.of(source, Map.of()));
    }

    @BeforeEach
    void forget() {
        server.server().traffic().configure("fraud", ModelSettings.DEFAULT, TrafficSettings.DEFAULT);
        Await.until(() -> status().labels().isEmpty(), "no labels");
    }

    private static ModelStatus status() {
        return server.server().statuses().get("fraud");
    }

    private static void wish(Split split, TrafficSettings settings) {
        server.server()
                .traffic()
                .configure("fraud", ModelSettings.DEFAULT.withLabels(Map.of("champion", split)), settings);
    }

    private static void label(Split split, TrafficSettings settings) {
        wish(split, settings);
        Await.until(() -> split.equals(status().labels().get("champion")), "the label names " + split);
    }

    private static String metrics() {
        return server.get("/metrics").body();
    }

    @ParameterizedTest
    @EnumSource
    void dividesALabelsRequestsByItsWeights(TrafficClient client) {
        label(new Split(Map.of(7L, 3, 8L, 1)), PLAIN);
        for (String label : List.of("champion", "")) {
            int newest = 0;
            for (int i = 0; i < 400; i++) {
                newest += client.ask(server, new Call(label, "u", "")) == 8 ? 1 : 0;
            }
            // A hundred, give or take six standard deviations.
            assertThat(newest).isBetween(48, 152);
        }
    }

    private static void staysPut(TrafficSettings settings, boolean byHeader) {
        label(HALF, settings);
        int newest = 0;
        for (int user = 0; user < 100; user++) {
            String name = "user-" + user;
            List<Long> versions = new ArrayList<>();
            for (TrafficClient client : TrafficClient.values()) {
                for (String label : List.of("champion", "")) {
                    versions.add(client.ask(server, new Call(label, byHeader ? "u" : name, byHeader ? name : "")));
                }
            }
            assertThat(versions).containsOnly(versions.get(0));
            newest += versions.get(0) == 8 ? 1 : 0;
        }
        // The hash is the same at every run of this test, and so is this.
        assertThat(newest).isBetween(30, 70);
    }

    @Test
    void aHeaderKeepsACallerOnOneVersionOverAllProtocols() {
        staysPut(new TrafficSettings("champion", new Sticky(Sticky.Source.HEADER, "x-user-id"), null, null), true);
    }

    @Test
    void anInputKeepsACallerOnOneVersionOverAllProtocols() {
        staysPut(new TrafficSettings("champion", new Sticky(Sticky.Source.INPUT, "user"), null, null), false);
    }

    @Test
    void whoNamesNothingIsToldThatTheDefaultLabelNamesNothingYet() {
        wish(Split.of(11), PLAIN);
        Await.until(() -> status().pendingLabels().containsKey("champion"), "the label is pending");
        HttpResponse<String> answer =
                server.post("/v1/models/fraud:predict", "{\"instances\": [{\"x\": 1, \"user\": \"u\"}]}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("label 'champion' waits for version 11");
        assertThat(server.get("/v2/models/fraud/ready").statusCode()).isEqualTo(503);
    }

    private static TrafficSettings shadowing(long version) {
        return new TrafficSettings("champion", null, new Shadow(version, 1, 0.1), null);
    }

    private static ShadowState shadow() {
        return server.server().traffic().shadows().get("fraud");
    }

    @Test
    void comparesWhatAShadowAnswersAndAnswersNothingOfIt() {
        label(SEVEN, shadowing(8));
        double runsBefore = count("slipway_run_seconds_count\\{model=\"fraud\",version=\"8\"\\}");
        double requestsBefore = count("slipway_requests_total\\{code=\"OK\",model=\"fraud\",protocol=\"v2-grpc\"\\}");
        for (TrafficClient client : TrafficClient.values()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.ask(server, new Call("", "u", ""))).isEqualTo(7);
            }
        }
        Await.until(() -> shadow().different() == 40, "forty answers were compared");
        assertThat(shadow()).isEqualTo(new ShadowState(8, 0, 40, 0, 0, 1));
        assertThat(metrics())
                .contains("slipway_shadow_total{model=\"fraud\",outcome=\"different\",version=\"8\"} 40.0")
                .contains("slipway_shadow_total{model=\"fraud\",outcome=\"same\",version=\"8\"} 0.0");
        assertThat(count("slipway_run_seconds_count\\{model=\"fraud\",version=\"8\"\\}"))
                .isEqualTo(runsBefore);
        assertThat(count("slipway_requests_total\\{code=\"OK\",model=\"fraud\",protocol=\"v2-grpc\"\\}"))
                .isEqualTo(requestsBefore + 10);
    }

    @Test
    void aShadowThatFailsCostsNobodyAnAnswer() {
        label(SEVEN, shadowing(9));
        for (int i = 0; i < 10; i++) {
            assertThat(TrafficClient.V2_REST.ask(server, new Call("", "u", ""))).isEqualTo(7);
        }
        Await.until(() -> shadow().failed() == 10, "ten copies failed");
    }

    private static double count(String series) {
        Optional<String> value = metrics()
                .lines()
                .filter(line -> line.matches(series + " .*"))
                .map(line -> line.substring(line.lastIndexOf(' ')))
                .findFirst();
        return value.map(Double::parseDouble).orElse(0.0);
    }

    /** Large bodies lie in memory that the next request gets at once. */
    @Test
    void aShadowSeesWhatTheFirstSawThoughItsMemoryIsAnothers() throws Exception {
        int elements = 1 << 18;
        int requests = 40;
        label(SEVEN, shadowing(10));
        ExecutorService clients = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            float first = i * 1_000;
            all.add(clients.submit(() -> {
                ByteBuffer x = TrafficClient.littleEndian(4 * elements);
                for (int at = 0; at < elements; at++) {
                    x.putFloat(first + at % 1_000);
                }
                ModelInferRequest request = ModelInferRequest.newBuilder()
                        .setModelName("fraud")
                        .addInputs(TrafficClient.input("x", "FP32", elements))
                        .addInputs(TrafficClient.input("user", "BYTES", 1))
                        .addRawInputContents(ByteString.copyFrom(x.flip()))
                        .addRawInputContents(ByteString.copyFrom(new byte[4]))
                        .build();
                assertThat(server.grpc()
                                .call(TrafficClient.INFER, request, ModelInferResponse.getDefaultInstance())
                                .getModelVersion())
                        .isEqualTo("7");
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        clients.shutdown();
        Await.until(() -> shadow().same() + shadow().skipped() + shadow().different() == requests, "all were compared");
        assertThat(shadow().different()).isZero();
        assertThat(shadow().same()).isPositive();
    }

    private static TrafficSettings watched(RollbackBounds bounds) {
        return new TrafficSettings("champion", null, null, bounds);
    }

    /** Asks from many threads until it is told to stop. */
    private static final class Load implements AutoCloseable {
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private final AtomicBoolean isDone = new AtomicBoolean();
        /** Whether requests that begin now have to be answered. */
        private final AtomicBoolean mustAnswer;

        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong answeredWhenMust = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final List<Future<?>> all = new ArrayList<>();
        private volatile @Nullable String fault;

        Load(boolean mustAnswer) {
            this.mustAnswer = new AtomicBoolean(mustAnswer);
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(this::run));
            }
        }

        private void run() {
            while (!isDone.get()) {
                boolean must = mustAnswer.get();
                HttpResponse<String> answer = server.send(HttpRequest.newBuilder(
                                server.uri("/v1/models/fraud/labels/champion:predict"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [{\"x\": 1, \"user\": \"u\"}]}")));
                if (answer.statusCode() == 200) {
                    answered.incrementAndGet();
                    answeredWhenMust.addAndGet(must ? 1 : 0);
                } else {
                    failed.incrementAndGet();
                    fault = must ? answer.body() : fault;
                }
            }
        }

        /** Ends, and tells what was wrong with a request that had to be answered; null for nothing. */
        @Nullable
        String stop() throws Exception {
            isDone.set(true);
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            return fault;
        }

        @Override
        public void close() {
            isDone.set(true);
            threads.shutdown();
        }
    }

    @Test
    void aVersionThatFailsIsGoneFromItsLabelAtOnce() throws Exception {
        TrafficSettings bounds = watched(new RollbackBounds(Duration.ofMinutes(5), 20, 0.01, 0));
        double rollbacksBefore = count("slipway_rollbacks_total\\{model=\"fraud\"\\}");
        label(SEVEN, bounds);
        try (Load load = new Load(false)) {
            Await.until(() -> load.answered.get() > 500, "five hundred answers");
            assertThat(load.failed.get()).isZero();
            long start = System.nanoTime();
            wish(Split.of(9), bounds);
            Await.until(() -> status().rolledBack().containsKey("champion"), "the label is back");
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertThat(status().labels()).containsEntry("champion", SEVEN);
            load.mustAnswer.set(true);
            Await.until(() -> load.answeredWhenMust.get() > 1_000, "a thousand answers more");
            assertThat(load.stop()).isNull();
            System.out.printf(
                    "rolled back %d ms after the label moved; %d requests failed%n", millis, load.failed.get());
            assertThat(load.failed.get()).isPositive();
        }
        assertThat(status().rolledBack().get("champion"))
                .matches(
                        "version 9 broke error_rate: (\\d+) of \\1 requests failed \\(expected: at most 1 %\\); back to 7");
        assertThat(server.get("/v1/models").body()).contains("\"rolled_back\":{\"champion\":\"version 9 broke");
        assertThat(count("slipway_rollbacks_total\\{model=\"fraud\"\\}")).isEqualTo(rollbacksBefore + 1);
    }

    @Test
    void aThousandMovesOfALabelFailNoRequest() throws Exception {
        TrafficSettings bounds = watched(new RollbackBounds(Duration.ofMinutes(5), 20, 0.01, 0));
        label(SEVEN, bounds);
        try (Load load = new Load(true)) {
            for (int move = 0; move < MOVES; move++) {
                label(move % 2 == 0 ? EIGHT : SEVEN, bounds);
                long until = load.answered.get() + 2;
                Await.until(() -> load.answered.get() >= until || load.failed.get() > 0, "answers after each move");
            }
            assertThat(load.stop()).isNull();
            System.out.printf(
                    "%d moves under %d threads: %d requests, none failed%n", MOVES, THREADS, load.answered.get());
        }
        assertThat(status().rolledBack()).isEmpty();
    }
}

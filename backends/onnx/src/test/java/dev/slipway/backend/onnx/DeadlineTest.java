package dev.slipway.backend.onnx;

import static dev.slipway.backend.onnx.OnnxFile.FLOAT;
import static dev.slipway.backend.onnx.OnnxFile.INT64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.corpus.Tensors;
import dev.slipway.backend.common.WireWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeadlineTest {
    @TempDir
    Path folder;

    @Test
    void endsARunAtItsDeadlineAndServesOn() throws Exception {
        try (Backend backend = TestModels.open();
                Servable servable = TestModels.load(backend, folder, loop())) {
            for (int round = 0; round < 3; round++) {
                long start = System.nanoTime();
                late(servable, 100);
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(20));
                assertThat(answer(servable, 3)).isEqualTo(8);
            }
        }
        assertThat(OrtRuntime.liveValues()).isZero();
    }

    /** A switch that is pulled late would end the next run of the slot, whose deadline is far away. */
    @Test
    void neverEndsTheRunAfter() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Backend backend = new OnnxBackend(new BackendSettings(2), Duration.ZERO);
                Servable servable = TestModels.load(backend, folder, loop())) {
            List<Future<?>> futures = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                boolean isHurried = thread % 2 == 0;
                futures.add(threads.submit(() -> {
                    for (int run = 0; run < 300; run++) {
                        if (isHurried) {
                            runOnTheBrink(servable, 50_000L + 10_000L * (run % 60));
                        } else {
                            assertThat(answer(servable, 3)).isEqualTo(8);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(OrtRuntime.liveValues()).isZero();
    }

    /** Each run that is terminated costs memory that is never given back. */
    @Test
    void letsARunEndThatIsNearlyDone() throws Exception {
        Duration timeout = Duration.ofMillis(50);
        try (Backend backend = new OnnxBackend(new BackendSettings(2), Duration.ofMinutes(1));
                Servable servable = TestModels.load(backend, folder, loop())) {
            long rounds = 1 << 12;
            long took;
            do {
                rounds *= 2;
                long start = System.nanoTime();
                try (InferenceResult result = servable.run(TestModels.request(inputs(rounds), timeout))) {
                    assertThat(result.outputs()).containsOnlyKeys("y");
                }
                took = System.nanoTime() - start;
            } while (took <= timeout.toNanos());
        }
    }

    private static void runOnTheBrink(Servable servable, long nanos) {
        try (InferenceResult result = servable.run(TestModels.request(inputs(60), Duration.ofNanos(nanos)))) {
            assertThat(Tensors.floats(result.outputs().get("y"))[0]).isEqualTo((float) Math.scalb(1.0, 60));
        } catch (SlipwayException e) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        }
    }

    private static void late(Servable servable, long millis) {
        assertThatThrownBy(() -> servable.run(TestModels.request(inputs(Long.MAX_VALUE), Duration.ofMillis(millis))))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    private static float answer(Servable servable, long rounds) {
        try (InferenceResult result = servable.run(TestModels.request(inputs(rounds)))) {
            return Tensors.floats(result.outputs().get("y"))[0];
        }
    }

    private static Map<String, Tensor> inputs(long rounds) {
        return Map.of("n", Tensors.longs(new long[0], rounds), "x", Tensors.floats(new long[] {1}, 1));
    }

    /** Doubles x, n times over. */
    private static OnnxFile loop() {
        WireWriter body = new OnnxFile()
                .input("i", INT64)
                .input("c", OnnxFile.BOOL)
                .input("v", FLOAT, 1)
                .output("d", OnnxFile.BOOL)
                .output("w", FLOAT, 1)
                .node("Identity", List.of("c"), List.of("d"))
                .node("Add", List.of("v", "v"), List.of("w"))
                .graph();
        return new OnnxFile()
                .input("n", INT64)
                .input("x", FLOAT, 1)
                .output("y", FLOAT, 1)
                .node("Loop", List.of("n", "", "x"), List.of("y"), OnnxFile.graphAttribute("body", body));
    }
}

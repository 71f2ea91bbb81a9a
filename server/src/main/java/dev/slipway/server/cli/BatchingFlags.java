package dev.slipway.server.cli;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be said of batching; nothing has to be. */
final class BatchingFlags {
    @Option(
            names = "--enable_batching",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "true: rows of any two requests may run together; false: each request runs by itself. Left"
                    + " out: they run together where that was seen to pay, and to change no answer.")
    private @Nullable Boolean enableBatching;

    @Option(
            names = "--batching_parameters_file",
            paramLabel = "FILE",
            description = "TensorFlow Serving's BatchingParameters, in protobuf's text format; read again when it"
                    + " changes. Means --enable_batching. A model's own config.pbtxt goes before it.")
    private @Nullable Path parametersFile;

    @Option(
            names = "--latency_objective_ms",
            paramLabel = "MS",
            description = "Milliseconds from a request's arrival to the end of its run, which batches are kept small"
                    + " for, and beyond which requests are refused (0: none).")
    private double latencyObjectiveMillis;

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the flags contradict each other */
    ServerOptions.Batching choose() {
        if (parametersFile != null && Boolean.FALSE.equals(enableBatching)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "--enable_batching=false and --batching_parameters_file=%s exclude each other (expected: one of them)"
                            .formatted(parametersFile));
        }
        if (!(latencyObjectiveMillis >= 0
                && latencyObjectiveMillis <= Duration.ofDays(1).toMillis())) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "--latency_objective_ms: %s (expected: from 0 for none to a day)"
                            .formatted(latencyObjectiveMillis));
        }
        Duration objective = Duration.ofNanos(Math.round(latencyObjectiveMillis * 1e6));
        ServerOptions.Batching.Wish wish = enableBatching == null && parametersFile == null
                ? ServerOptions.Batching.Wish.NONE
                : Boolean.FALSE.equals(enableBatching)
                        ? ServerOptions.Batching.Wish.OFF
                        : ServerOptions.Batching.Wish.ON;
        return new ServerOptions.Batching(wish, parametersFile, objective);
    }
}

package dev.slipway.server.config;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.Queueing;
import dev.slipway.protocol.text.ParsedText;
import dev.slipway.protocol.tfserving.grpc.ConfigText;
import java.time.Duration;
import java.util.List;

/**
 * What TensorFlow Serving's {@code --batching_parameters_file} asks for. Its defaults are kept: 1,000 rows, no waiting,
 * 10 batches in the line.
 */
final class TensorFlowBatching {
    private static final long ROWS_DEFAULT = 1000;
    private static final long ENQUEUED_BATCHES_DEFAULT = 10;
    private static final String ROWS = "max_batch_size";
    private static final String EXECUTED_ROWS = "max_execution_batch_size";
    private static final String SIZES = "allowed_batch_sizes";

    private final ParsedText<dev.slipway.protocol.proto.tensorflow.serving.BatchingParameters> file;
    private final dev.slipway.protocol.proto.tensorflow.serving.BatchingParameters asked;

    private TensorFlowBatching(ParsedText<dev.slipway.protocol.proto.tensorflow.serving.BatchingParameters> file) {
        this.file = file;
        this.asked = file.message();
    }

    /**
     * What holds for every model that does not say otherwise.
     *
     * @param subject what errors call the file
     * @param objective latency that is aimed at; zero for none
     * @throws SlipwayException {@code INVALID_ARGUMENT} with the line
     */
    static BatchingParameters parse(String subject, String text, Duration objective) {
        return new TensorFlowBatching(ConfigText.parseBatching(subject, text)).parameters(objective);
    }

    private BatchingParameters parameters(Duration objective) {
        int rows = value(ROWS, asked.hasMaxBatchSize(), asked.getMaxBatchSize().getValue(), ROWS_DEFAULT);
        int batches = value(
                "max_enqueued_batches",
                asked.hasMaxEnqueuedBatches(),
                asked.getMaxEnqueuedBatches().getValue(),
                ENQUEUED_BATCHES_DEFAULT);
        int threads = value(
                "num_batch_threads",
                asked.hasNumBatchThreads(),
                asked.getNumBatchThreads().getValue(),
                0);
        // A request has a row at least: as many requests as rows hold what TensorFlow Serving would hold, or more.
        int requestsMax = (int) Math.min(Integer.MAX_VALUE, (long) rows * batches);
        QueuePolicy policy = new QueuePolicy(requestsMax, Duration.ZERO, QueuePolicy.OnTimeout.REJECT, true);
        return new BatchingParameters(joining(rows), new Queueing(List.of(policy), 1), objective, threads);
    }

    private Joining joining(int rows) {
        boolean splits = asked.getEnableLargeBatchSplitting().getValue();
        int executed = splits
                ? value(
                        EXECUTED_ROWS,
                        asked.hasMaxExecutionBatchSize(),
                        asked.getMaxExecutionBatchSize().getValue(),
                        rows)
                : rows;
        if (executed > rows) {
            throw file.wrong(
                    "%s: %d (expected: at most %s, %d)".formatted(EXECUTED_ROWS, executed, ROWS, rows), EXECUTED_ROWS);
        }
        long micros = asked.getBatchTimeoutMicros().getValue();
        if (micros < 0) {
            throw file.wrong(
                    "batch_timeout_micros: %d (expected: >= 0)".formatted(micros), "batch_timeout_micros", "value");
        }
        return new Joining(
                Joining.Mode.TRUSTED,
                executed,
                Waits.ofMicros(micros),
                new BatchSizes(sizes(executed, splits), List.of(), asked.getPadVariableLengthInputs()),
                splits);
    }

    private List<Integer> sizes(int largest, boolean splits) {
        List<Long> sizes = asked.getAllowedBatchSizesList();
        long before = 0;
        for (long size : sizes) {
            if (size <= before) {
                throw file.wrong("%s: %s (expected: >= 1, rising)".formatted(SIZES, sizes), SIZES);
            }
            before = size;
        }
        if (!sizes.isEmpty() && before != largest) {
            throw file.wrong(
                    "%s: the last is %d (expected: %s, %d)"
                            .formatted(SIZES, before, splits ? EXECUTED_ROWS : ROWS, largest),
                    SIZES);
        }
        return sizes.stream().map(Math::toIntExact).toList();
    }

    /** A value from 1, or the default where there is none. */
    private int value(String name, boolean isGiven, long given, long byDefault) {
        if (!isGiven) {
            return (int) byDefault;
        }
        if (given < 1 || given > Integer.MAX_VALUE) {
            throw file.wrong("%s: %d (expected: 1 to %d)".formatted(name, given, Integer.MAX_VALUE), name, "value");
        }
        return (int) given;
    }
}

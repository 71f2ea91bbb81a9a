package dev.slipway.server.triton;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.protocol.proto.inference.InferBatchStatistics;
import dev.slipway.protocol.proto.inference.InferStatistics;
import dev.slipway.protocol.proto.inference.ModelStatistics;
import dev.slipway.protocol.proto.inference.StatisticDuration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What one version has done. Thread-safe; a snapshot while requests run may have one of them in part. */
final class VersionStatistics {
    /** Of so many sizes runs are told apart; clients choose them, and each takes memory. */
    private static final int SIZES_MAX = 1024;

    private static final StatisticDuration NONE = StatisticDuration.getDefaultInstance();

    private final Timed success = new Timed();
    private final Timed fail = new Timed();
    private final LongAdder queueNanos = new LongAdder();
    private final LongAdder inputNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private final LongAdder outputNanos = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder runs = new LongAdder();

    /** By rows of a run. */
    private final Map<Integer, Timed> sizes = new ConcurrentHashMap<>();

    private volatile long lastMillis;

    /** How often something happened, and how long that took together. */
    private static final class Timed {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long times, long took) {
            count.add(times);
            nanos.add(took);
        }

        StatisticDuration snapshot() {
            return duration(count.sum(), nanos.sum());
        }
    }

    void ran(Dispatch dispatch, long nowMillis) {
        lastMillis = nowMillis;
        if (dispatch.code() != ErrorCode.OK) {
            return;
        }
        int requests = dispatch.batch().requests();
        int size = dispatch.batch().rows();
        long took = dispatch.times().runNanos();
        long waited = dispatch.times().queueNanosOfAll();
        // Each request of a run waits for all of it.
        success.add(requests, waited + requests * took);
        queueNanos.add(waited);
        inferNanos.add(requests * took);
        rows.add(size);
        runs.increment();
        Timed ofSize = sizes.get(size);
        if (ofSize == null && sizes.size() < SIZES_MAX) {
            ofSize = sizes.computeIfAbsent(size, unused -> new Timed());
        }
        if (ofSize != null) {
            ofSize.add(1, took);
        }
    }

    void failed(long nanos) {
        fail.add(1, nanos);
    }

    void turned(TransformStep step, long nanos) {
        (step == TransformStep.BEFORE ? inputNanos : outputNanos).add(nanos);
    }

    ModelStatistics snapshot(ServableId id) {
        StatisticDuration answered = success.snapshot();
        long requests = answered.getCount();
        long turning = inputNanos.sum() + outputNanos.sum();
        ModelStatistics.Builder all = ModelStatistics.newBuilder()
                .setName(id.model())
                .setVersion(Long.toString(id.version()))
                .setLastInference(lastMillis)
                .setInferenceCount(rows.sum())
                .setExecutionCount(runs.sum())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(duration(requests, answered.getNs() + turning))
                        .setFail(fail.snapshot())
                        .setQueue(duration(requests, queueNanos.sum()))
                        .setComputeInput(duration(requests, inputNanos.sum()))
                        .setComputeInfer(duration(requests, inferNanos.sum()))
                        .setComputeOutput(duration(requests, outputNanos.sum()))
                        .setCacheHit(NONE)
                        .setCacheMiss(NONE));
        new TreeMap<>(sizes)
                .forEach((size, timed) -> all.addBatchStats(InferBatchStatistics.newBuilder()
                        .setBatchSize(size)
                        .setComputeInput(duration(timed.count.sum(), 0))
                        .setComputeInfer(timed.snapshot())
                        .setComputeOutput(duration(timed.count.sum(), 0))));
        return all.build();
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }
}

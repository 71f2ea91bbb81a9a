package dev.slipway.server.triton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Dispatch;
import dev.slipway.api.DispatchReason;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.api.VersionState;
import dev.slipway.protocol.proto.inference.InferStatistics;
import dev.slipway.protocol.proto.inference.ModelStatistics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    private static final ServableId ID = new ServableId("m", 1);
    private static final Instant NOW = Instant.ofEpochMilli(1_234_567);

    private final Statistics statistics = new Statistics(Clock.fixed(NOW, ZoneOffset.UTC));

    private static Dispatch run(int requests, int rows, ErrorCode code) {
        return new Dispatch(
                ID,
                "serving_default",
                DispatchReason.IDLE,
                new Dispatch.Batch(requests, rows, 0, false),
                new Dispatch.Times(20, 100, 30),
                code);
    }

    @Test
    void eachRequestOfARunHasItsOwnWaitAndAllOfTheRun() {
        statistics.dispatched(run(2, 5, ErrorCode.OK));
        statistics.dispatched(run(1, 5, ErrorCode.OK));
        statistics.transformed(ID, TransformStep.BEFORE, 7);
        statistics.transformed(ID, TransformStep.AFTER, 3);

        ModelStatistics found = statistics.snapshot(ID);
        assertThat(found.getLastInference()).isEqualTo(NOW.toEpochMilli());
        assertThat(found.getInferenceCount()).isEqualTo(10);
        assertThat(found.getExecutionCount()).isEqualTo(2);
        InferStatistics all = found.getInferenceStats();
        assertThat(all.getQueue().getCount()).isEqualTo(3);
        assertThat(all.getQueue().getNs()).isEqualTo(60);
        assertThat(all.getComputeInput().getNs()).isEqualTo(7);
        assertThat(all.getComputeInfer().getNs()).isEqualTo(300);
        assertThat(all.getComputeOutput().getNs()).isEqualTo(3);
        assertThat(all.getSuccess().getNs()).isEqualTo(370);
        assertThat(found.getBatchStatsList()).singleElement().satisfies(size -> {
            assertThat(size.getBatchSize()).isEqualTo(5);
            assertThat(size.getComputeInfer().getCount()).isEqualTo(2);
            assertThat(size.getComputeInfer().getNs()).isEqualTo(200);
        });
    }

    @Test
    void aRunThatFailedIsNoInference() {
        statistics.dispatched(run(1, 5, ErrorCode.INTERNAL));
        statistics.requestEnded(ID, ErrorCode.INTERNAL, 100);
        statistics.requestEnded(ID, ErrorCode.OK, 100);

        ModelStatistics found = statistics.snapshot(ID);
        assertThat(found.getInferenceCount()).isZero();
        assertThat(found.getExecutionCount()).isZero();
        assertThat(found.getBatchStatsList()).isEmpty();
        assertThat(found.getInferenceStats().getFail().getCount()).isEqualTo(1);
        assertThat(found.getInferenceStats().getFail().getNs()).isEqualTo(100);
    }

    @Test
    void forgetsAVersionThatEnded() {
        statistics.dispatched(run(1, 1, ErrorCode.OK));
        statistics.stateChanged(new StateChange(ID, VersionState.UNLOADING, NOW, null));
        assertThat(statistics.snapshot(ID).getExecutionCount()).isEqualTo(1);
        statistics.stateChanged(new StateChange(ID, VersionState.ENDED, NOW, null));
        assertThat(statistics.snapshot(ID).getExecutionCount()).isZero();
    }

    @Test
    void tellsOnlySoManySizesApart() {
        for (int rows = 1; rows <= 2000; rows++) {
            statistics.dispatched(run(1, rows, ErrorCode.OK));
        }
        assertThat(statistics.snapshot(ID).getExecutionCount()).isEqualTo(2000);
        assertThat(statistics.snapshot(ID).getBatchStatsCount()).isEqualTo(1024);
    }
}

package dev.slipway.server.triton;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionState;
import dev.slipway.protocol.proto.inference.ModelStatistics;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what each version does, as Triton's statistics have it. Nobody waits for anybody to count; a version's numbers are
 * forgotten when it has ended.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_statistics.md">
 *     Triton: statistics extension</a>
 */
public final class Statistics implements ServingListener {
    private final Clock clock;
    private final Map<ServableId, VersionStatistics> versions = new ConcurrentHashMap<>();

    public Statistics(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void dispatched(Dispatch dispatch) {
        of(dispatch.id()).ran(dispatch, clock.millis());
    }

    @Override
    public void requestEnded(ServableId id, ErrorCode code, long runNanos) {
        if (code != ErrorCode.OK) {
            of(id).failed(runNanos);
        }
    }

    @Override
    public void transformed(ServableId id, TransformStep step, long nanos) {
        of(id).turned(step, nanos);
    }

    @Override
    public void stateChanged(StateChange change) {
        if (change.state() == VersionState.ENDED) {
            versions.remove(change.id());
        }
    }

    /** What was counted so far; zeros of a version that nobody has asked. */
    public ModelStatistics snapshot(ServableId id) {
        VersionStatistics counted = versions.get(id);
        return (counted == null ? new VersionStatistics() : counted).snapshot(id);
    }

    private VersionStatistics of(ServableId id) {
        VersionStatistics found = versions.get(id);
        return found == null ? versions.computeIfAbsent(id, unused -> new VersionStatistics()) : found;
    }
}

package dev.slipway.server.config;

import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.Queueing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a file says of which requests run together. */
final class BatchingReader {
    static final Map<String, Joining.Mode> MODES = new LinkedHashMap<>();

    static {
        MODES.put("learnt", Joining.Mode.LEARNT);
        MODES.put("on", Joining.Mode.TRUSTED);
        MODES.put("off", Joining.Mode.OFF);
    }

    private final Section batching;

    BatchingReader(Section batching) {
        this.batching = batching;
    }

    BatchingParameters read() {
        int rowsMax = batching.whole("max_rows", 0, 0);
        List<Integer> allowed = batching.sizes("allowed_sizes");
        List<Integer> preferred = batching.sizes("preferred_sizes");
        int largest = allowed.isEmpty() ? rowsMax : allowed.get(allowed.size() - 1);
        if (rowsMax > 0 && largest != rowsMax) {
            wrong("allowed_sizes", "the last one to be max_rows, " + rowsMax);
            allowed = List.of();
            largest = rowsMax;
        }
        if (largest > 0 && !preferred.isEmpty() && preferred.get(preferred.size() - 1) > largest) {
            wrong("preferred_sizes", "the last one to be at most " + largest);
            preferred = List.of();
        }
        Joining joining = new Joining(
                batching.choice("mode", MODES, Joining.Mode.LEARNT),
                rowsMax,
                batching.time("timeout", Duration.ZERO),
                new BatchSizes(allowed, preferred, batching.truth("pad_inner", false)),
                batching.truth("split_large", true));
        QueuePolicy policy = new QueuePolicy(
                batching.whole("max_queued", 1, QueuePolicy.DEFAULT.requestsMax()),
                batching.time("queue_timeout", Duration.ZERO),
                QueuePolicy.DEFAULT.onTimeout(),
                QueuePolicy.DEFAULT.allowsOverride());
        return new BatchingParameters(
                joining,
                new Queueing(List.of(policy), 1),
                batching.time("latency_objective", Duration.ZERO),
                batching.whole("runs_at_once", 0, 0),
                batching.truth("adaptive_limit", false));
    }

    private void wrong(String key, String expected) {
        YamlValue place = batching.get(key);
        if (place != null) {
            batching.faults().wrong(place, expected);
        }
    }
}

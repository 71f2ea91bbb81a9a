package dev.slipway.server.config;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.Queueing;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelDynamicBatching;
import dev.slipway.protocol.proto.inference.ModelInstanceGroup;
import dev.slipway.protocol.proto.inference.ModelParameter;
import dev.slipway.protocol.proto.inference.ModelQueuePolicy;
import dev.slipway.protocol.text.ParsedText;
import dev.slipway.protocol.text.Spelling;
import dev.slipway.protocol.text.TritonText;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What Triton's {@code config.pbtxt} asks for. */
final class TritonBatching {
    private static final System.Logger LOG = System.getLogger(TritonBatching.class.getName());

    /** Each is a line of its own in every queue of the model. */
    private static final int LEVELS_MAX = 1000;

    private static final String DYNAMIC = "dynamic_batching";
    private static final String ROWS = "max_batch_size";
    private static final String PREFERRED = "preferred_batch_size";
    private static final String LEVELS = "priority_levels";

    /** Parameters whose names begin so are ours. */
    private static final String OURS = "slipway.";

    private static final String OBJECTIVE = "slipway.latency_objective_ms";
    private static final String ADAPTIVE = "slipway.adaptive_limit";
    private static final Set<String> HONOURED =
            Set.of("name", ROWS, DYNAMIC, "instance_group", "parameters", "model_warmup", "sequence_batching");

    private final ParsedText<ModelConfig> file;
    private final ModelConfig asked;

    private TritonBatching(ParsedText<ModelConfig> file) {
        this.file = file;
        this.asked = file.message();
    }

    /**
     * What holds for the model beside whose versions the file lies.
     *
     * @param subject what errors call the file
     * @param objective latency that is aimed at unless the file has one; zero for none
     * @throws SlipwayException {@code INVALID_ARGUMENT} with the line
     */
    static BatchingParameters parse(String subject, String text, Duration objective) {
        return new TritonBatching(TritonText.parse(subject, text)).parameters(objective);
    }

    private BatchingParameters parameters(Duration objective) {
        tellWhatIsIgnored();
        return new BatchingParameters(joining(), queueing(), objective(objective), runsAtOnceMax(), isAdaptive());
    }

    private void tellWhatIsIgnored() {
        Set<String> ignored = new TreeSet<>();
        asked.getAllFields().keySet().forEach(field -> ignored.add(field.getName()));
        ignored.removeAll(HONOURED);
        if (asked.getDynamicBatching().getPreserveOrdering()) {
            ignored.add("preserve_ordering");
        }
        if (!ignored.isEmpty()) {
            LOG.log(
                    Level.DEBUG,
                    () -> "%s: %s: known to Triton, ignored here"
                            .formatted(file.subject(), String.join(", ", ignored)));
        }
    }

    private Joining joining() {
        int rows = asked.getMaxBatchSize();
        if (rows < 0) {
            throw file.wrong("%s: %d (expected: >= 0)".formatted(ROWS, rows), ROWS);
        }
        if (asked.hasMaxBatchSize() && rows == 0) {
            return Joining.OFF;
        }
        if (asked.hasSequenceBatching()) {
            // Rows of several sequences run together.
            return rows == 0
                    ? Joining.LEARNT
                    : new Joining(Joining.Mode.TRUSTED, rows, Duration.ZERO, BatchSizes.ANY, false);
        }
        if (!asked.hasDynamicBatching()) {
            // Of a model whose rows are not spoken of nothing is known; else Triton runs each request by itself.
            return asked.hasMaxBatchSize()
                    ? new Joining(Joining.Mode.OFF, rows, Duration.ZERO, BatchSizes.ANY, false)
                    : Joining.LEARNT;
        }
        ModelDynamicBatching batching = asked.getDynamicBatching();
        return new Joining(
                Joining.Mode.TRUSTED,
                rows,
                Waits.ofMicros(batching.getMaxQueueDelayMicroseconds()),
                new BatchSizes(List.of(), preferred(rows), false),
                false);
    }

    private List<Integer> preferred(int rows) {
        List<Integer> sizes = asked.getDynamicBatching().getPreferredBatchSizeList();
        for (int size : sizes) {
            if (size < 1 || (rows > 0 && size > rows)) {
                throw file.wrong(
                        "%s: %d (expected: %s)"
                                .formatted(PREFERRED, size, rows > 0 ? "1 to " + ROWS + ", " + rows : ">= 1"),
                        DYNAMIC,
                        PREFERRED);
            }
        }
        return sizes.stream().distinct().sorted().toList();
    }

    private Queueing queueing() {
        if (!asked.hasDynamicBatching()) {
            return Queueing.DEFAULT;
        }
        ModelDynamicBatching batching = asked.getDynamicBatching();
        long count = batching.getPriorityLevels();
        if (count < 0 || count > LEVELS_MAX) {
            throw file.wrong(
                    "%s: %s (expected: 0 to %d)".formatted(LEVELS, Long.toUnsignedString(count), LEVELS_MAX),
                    DYNAMIC,
                    LEVELS);
        }
        long byDefault = batching.getDefaultPriorityLevel();
        if (count > 0 && (byDefault < 1 || byDefault > count)) {
            throw file.wrong(
                    "default_priority_level: %s (expected: 1 to %s, %d)"
                            .formatted(Long.toUnsignedString(byDefault), LEVELS, count),
                    DYNAMIC,
                    "default_priority_level");
        }
        return new Queueing(levels((int) count), count == 0 ? 1 : (int) byDefault);
    }

    private List<QueuePolicy> levels(int count) {
        ModelDynamicBatching batching = asked.getDynamicBatching();
        Map<Long, ModelQueuePolicy> own = batching.getPriorityQueuePolicyMap();
        for (long level : own.keySet()) {
            if (level < 1 || level > count) {
                throw file.wrong(
                        "priority_queue_policy for level %s (expected: 1 to %s, %d)"
                                .formatted(Long.toUnsignedString(level), LEVELS, count),
                        DYNAMIC,
                        "priority_queue_policy");
            }
        }
        List<QueuePolicy> levels = new ArrayList<>();
        for (long level = 1; level <= Math.max(1, count); level++) {
            levels.add(policy(own.getOrDefault(level, batching.getDefaultQueuePolicy())));
        }
        return levels;
    }

    /** Triton's queues have no bound unless one is given; ours then have the one that they always have. */
    private static QueuePolicy policy(ModelQueuePolicy asked) {
        int requestsMax = asked.getMaxQueueSize();
        if (requestsMax == 0) {
            requestsMax = QueuePolicy.DEFAULT.requestsMax();
        } else if (requestsMax < 0) {
            requestsMax = Integer.MAX_VALUE;
        }
        return new QueuePolicy(
                requestsMax,
                Waits.ofMicros(asked.getDefaultTimeoutMicroseconds()),
                asked.getTimeoutAction() == ModelQueuePolicy.TimeoutAction.DELAY
                        ? QueuePolicy.OnTimeout.DELAY
                        : QueuePolicy.OnTimeout.REJECT,
                asked.getAllowTimeoutOverride());
    }

    /** Instances of all groups that take requests; a group without a count is one. 0 without groups. */
    private int runsAtOnceMax() {
        long instances = 0;
        for (ModelInstanceGroup group : asked.getInstanceGroupList()) {
            if (group.getCount() < 0) {
                throw file.wrong(
                        "instance_group count: %d (expected: >= 0)".formatted(group.getCount()),
                        "instance_group",
                        "count");
            }
            instances += group.getPassive() ? 0 : Math.max(1, group.getCount());
        }
        return (int) Math.min(Integer.MAX_VALUE, instances);
    }

    private Duration objective(Duration byDefault) {
        Duration found = byDefault;
        for (Map.Entry<String, ModelParameter> parameter :
                asked.getParametersMap().entrySet()) {
            String key = parameter.getKey();
            if (key.equals(OBJECTIVE)) {
                found = millis(parameter.getValue().getStringValue());
            } else if (key.startsWith(OURS) && !key.equals(ADAPTIVE)) {
                String meant = Spelling.nearest(key, List.of(OBJECTIVE, ADAPTIVE))
                        .map("nearest: %s; "::formatted)
                        .orElse("");
                throw file.wrong(
                        "parameter '%s' is unknown (%sexpected: one of %s, %s)"
                                .formatted(key, meant, OBJECTIVE, ADAPTIVE),
                        "parameters");
            }
        }
        return found;
    }

    private boolean isAdaptive() {
        ModelParameter said = asked.getParametersMap().get(ADAPTIVE);
        String text = said == null ? "false" : said.getStringValue().strip();
        if (!text.equals("true") && !text.equals("false")) {
            throw file.wrong(
                    "parameter '%s' is '%s' (expected: true or false)".formatted(ADAPTIVE, text), "parameters");
        }
        return text.equals("true");
    }

    private Duration millis(String text) {
        try {
            double millis = Double.parseDouble(text.strip());
            if (millis >= 0 && millis <= Duration.ofDays(1).toMillis()) {
                return Duration.ofNanos(Math.round(millis * 1e6));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw file.wrong(
                "parameter '%s' is '%s' (expected: milliseconds, from 0 for none to a day)".formatted(OBJECTIVE, text),
                "parameters");
    }
}

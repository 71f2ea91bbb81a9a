package dev.slipway.server.config;

import dev.slipway.api.Split;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.Queueing;
import dev.slipway.core.sequence.SequenceSettings;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.RollbackBounds;
import dev.slipway.core.traffic.Shadow;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.OutputSettings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;

/** Writes a configuration as YAML: what was said, and what is not as it would be otherwise. */
final class ConfigWriter {
    private static final int WIDTH = 120;

    private ConfigWriter() {}

    static String write(ServingConfig config) {
        Map<String, Object> root = new LinkedHashMap<>();
        if (!config.repository().isEmpty()) {
            root.put("repository", config.repository());
        }
        if (!config.poll().equals(FileSystemSource.Options.POLL)) {
            root.put("poll_interval", poll(config.poll()));
        }
        if (!config.settleTime().equals(FileSystemSource.Options.SETTLE_TIME)) {
            root.put("settle_time", Quantities.print(config.settleTime()));
        }
        if (config.memoryBudgetBytes() > 0) {
            root.put("memory", Map.of("budget", Quantities.printSize(config.memoryBudgetBytes())));
        }
        Map<String, Object> defaults = model(config.defaults());
        if (!defaults.isEmpty()) {
            root.put("defaults", defaults);
        }
        Map<String, Object> models = new LinkedHashMap<>();
        config.models().forEach((name, model) -> models.put(name, model(model)));
        if (!models.isEmpty()) {
            root.put("models", models);
        }
        DumperOptions form = new DumperOptions();
        form.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        form.setWidth(WIDTH);
        form.setSplitLines(false);
        return root.isEmpty() ? "{}\n" : YamlFile.write(root, form);
    }

    static String poll(Duration poll) {
        return poll.isZero() ? ConfigReader.ONCE : poll.isNegative() ? ConfigReader.NOTICES : Quantities.print(poll);
    }

    /** What was said of a model, by key. */
    private static Map<String, Object> model(ModelConfig model) {
        Map<String, Object> keys = new LinkedHashMap<>();
        if (!model.location().isEmpty()) {
            keys.put("path", model.location());
        }
        for (ModelKey key : model.said()) {
            keys.put(key.key(), value(key, model));
        }
        return keys;
    }

    private static Object value(ModelKey key, ModelConfig model) {
        return switch (key) {
            case VERSIONS -> versions(model.versions());
            case LABELS -> labels(model.lifecycle().labels());
            case DEFAULT_LABEL -> model.traffic().defaultLabel();
            case REQUIRED -> model.isRequired();
            case LOADING -> name(ModelReader.LOADING, model.lifecycle().residency());
            case PINNED -> model.lifecycle().isPinned();
            case UNLOADED -> model.lifecycle().isUnloaded();
            case VERSION_POLICY ->
                model.lifecycle().policy() == null
                        ? ModelReader.DEFAULT
                        : Policies.name(model.lifecycle().policy());
            case WARM_UP -> warmUp(model.warmUp());
            case BATCHING -> batching(model.batching());
            case STICKY -> sticky(model.traffic().sticky());
            case SHADOW -> shadow(model.traffic().shadow());
            case ROLLBACK -> rollback(model.traffic().rollback());
            case INPUT -> {
                InputSettings input = model.form().chain().input();
                yield input == null ? ModelReader.NONE : input.written();
            }
            case OUTPUT -> {
                List<OutputSettings> outputs = model.form().chain().outputs();
                yield outputs.isEmpty()
                        ? ModelReader.NONE
                        : outputs.stream().map(OutputSettings::written).toList();
            }
            case CLASSES -> {
                Path classes = model.form().chain().classes();
                yield classes == null ? ModelReader.NONE : classes.toString();
            }
            case SEQUENCE -> sequence(model.form().sequence());
            case DETERMINISTIC -> model.form().options().isDeterministic();
            case SIGNATURE -> OptionsReader.written(model.form().options().signature());
            case PARAMETERS -> new TreeMap<>(model.form().options().parameters());
            case REQUIRE_SIGNED ->
                Objects.requireNonNullElse((Object) model.form().requireSigned(), ModelReader.DEFAULT);
            case LIMITS -> LimitsReader.written(model.limits());
            case TRACE_SAMPLE -> {
                Double sample = model.observed().traceSample();
                yield sample == null ? ModelReader.DEFAULT : BigDecimal.valueOf(sample);
            }
            case PREDICTION_LOG -> PredictionLogReader.written(model.observed().predictionLog());
        };
    }

    private static Object sequence(@Nullable SequenceSettings sequence) {
        if (sequence == null) {
            return ModelReader.NONE;
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("idle", Quantities.print(sequence.idleMax()));
        keys.put("max_sequences", sequence.sequencesMax());
        Map<String, Object> controls = new TreeMap<>();
        sequence.controls().forEach((input, control) -> controls.put(input, SequenceReader.written(control)));
        put(keys, "controls", controls, !controls.isEmpty());
        List<Map<String, Object>> states = new ArrayList<>();
        for (SequenceSettings.State state : sequence.states()) {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("input", state.input());
            written.put("output", state.output());
            put(written, "dims", state.dims(), !state.dims().isEmpty());
            states.add(written);
        }
        put(keys, "states", states, !states.isEmpty());
        return keys;
    }

    static Object versions(VersionSelection versions) {
        if (versions instanceof VersionSelection.Specific specific) {
            return List.copyOf(new TreeSet<>(specific.versions()));
        }
        if (versions instanceof VersionSelection.Latest latest) {
            return latest.count() == 1 ? "latest" : Map.of("latest", latest.count());
        }
        return "all";
    }

    private static Map<String, Object> labels(Map<String, Split> labels) {
        Map<String, Object> written = new TreeMap<>();
        labels.forEach((label, split) -> written.put(
                label,
                split.equals(Split.of(split.weights().firstKey()))
                        ? split.weights().firstKey()
                        : split.weights()));
        return written;
    }

    private static Map<String, Object> warmUp(WarmUpConfig warmUp) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("enabled", warmUp.isEnabled());
        if (!warmUp.file().isEmpty()) {
            keys.put("requests", warmUp.file());
        }
        keys.put("runs", warmUp.runs());
        return keys;
    }

    private static Object batching(@Nullable BatchingParameters batching) {
        if (batching == null) {
            return ModelReader.DEFAULT;
        }
        Queueing queueing = batching.queueing();
        QueuePolicy policy = queueing.levels().get(0);
        if (queueing.levels().size() > 1
                || policy.onTimeout() != QueuePolicy.DEFAULT.onTimeout()
                || policy.allowsOverride() != QueuePolicy.DEFAULT.allowsOverride()) {
            throw new IllegalArgumentException(
                    "queueing: %s (expected: one level, as files can say it)".formatted(queueing));
        }
        Joining joining = batching.joining();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("mode", name(BatchingReader.MODES, joining.mode()));
        put(keys, "max_rows", joining.rowsMax(), joining.rowsMax() > 0);
        put(
                keys,
                "timeout",
                Quantities.print(joining.waitMax()),
                !joining.waitMax().isZero());
        put(
                keys,
                "allowed_sizes",
                joining.sizes().allowed(),
                !joining.sizes().allowed().isEmpty());
        put(
                keys,
                "preferred_sizes",
                joining.sizes().preferred(),
                !joining.sizes().preferred().isEmpty());
        put(keys, "pad_inner", true, joining.sizes().padsShapes());
        put(keys, "split_large", false, !joining.splitsLarge());
        put(
                keys,
                "latency_objective",
                Quantities.print(batching.latencyObjective()),
                !batching.latencyObjective().isZero());
        put(keys, "max_queued", policy.requestsMax(), policy.requestsMax() != QueuePolicy.DEFAULT.requestsMax());
        put(
                keys,
                "queue_timeout",
                Quantities.print(policy.timeout()),
                !policy.timeout().isZero());
        put(keys, "runs_at_once", batching.runsAtOnceMax(), batching.runsAtOnceMax() > 0);
        put(keys, "adaptive_limit", true, batching.isAdaptive());
        return keys;
    }

    private static void put(Map<String, Object> keys, String key, Object value, boolean isToBeSaid) {
        if (isToBeSaid) {
            keys.put(key, value);
        }
    }

    private static Object sticky(TrafficSettings.@Nullable Sticky sticky) {
        if (sticky == null) {
            return ModelReader.NONE;
        }
        return Map.of(sticky.source() == TrafficSettings.Sticky.Source.HEADER ? "header" : "input", sticky.name());
    }

    private static Object shadow(@Nullable Shadow shadow) {
        if (shadow == null) {
            return ModelReader.NONE;
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("version", shadow.version());
        keys.put("share", BigDecimal.valueOf(shadow.share()));
        keys.put("tolerance", BigDecimal.valueOf(shadow.tolerance()));
        return keys;
    }

    private static Object rollback(@Nullable RollbackBounds bounds) {
        if (bounds == null) {
            return ModelReader.NONE;
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("window", Quantities.print(bounds.window()));
        keys.put("min_requests", bounds.requestsMin());
        keys.put("error_rate", BigDecimal.valueOf(bounds.errorRateMax()));
        keys.put("p99_ratio", BigDecimal.valueOf(bounds.p99RatioMax()));
        return keys;
    }

    private static <T> String name(Map<String, T> names, T value) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no name for " + value));
    }
}

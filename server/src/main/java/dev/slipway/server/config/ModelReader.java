package dev.slipway.server.config;

import dev.slipway.api.Split;
import dev.slipway.api.VersionPolicy;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.RollbackBounds;
import dev.slipway.core.traffic.Shadow;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.monitoring.log.ModelLog;
import dev.slipway.server.limits.Limits;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of one model. */
final class ModelReader {
    static final String VERSIONS = "latest, all, {latest: 2}, or versions such as [3, 7]";
    static final String LABEL = "a version such as 7, or versions with their shares such as {7: 95, 8: 5}";
    /** Turns off what the defaults say. */
    static final String NONE = "none";

    static final String DEFAULT = "default";
    static final Map<String, ModelSettings.Residency> LOADING = new LinkedHashMap<>();

    static {
        LOADING.put("preload", ModelSettings.Residency.PRELOADED);
        LOADING.put("on_demand", ModelSettings.Residency.ON_DEMAND);
    }

    private static final int WEIGHT_MAX = 1_000_000;

    private final Section model;
    private final Path base;

    /** @param base the folder that paths are relative to */
    ModelReader(Section model, Path base) {
        this.model = model;
        this.base = base;
    }

    /** @param byDefault what holds where the file says nothing */
    ModelConfig read(ModelConfig byDefault) {
        ModelSettings wasLifecycle = byDefault.lifecycle();
        TrafficSettings wasTraffic = byDefault.traffic();
        ModelSettings lifecycle = new ModelSettings(
                model.get("labels") == null ? wasLifecycle.labels() : labels(),
                model.choice("loading", LOADING, wasLifecycle.residency()),
                model.truth("pinned", wasLifecycle.isPinned()),
                model.truth("unloaded", wasLifecycle.isUnloaded()),
                policy(wasLifecycle.policy()));
        TrafficSettings traffic = new TrafficSettings(
                model.text("default_label", wasTraffic.defaultLabel()),
                model.get("sticky") == null ? wasTraffic.sticky() : sticky(),
                model.get("shadow") == null ? wasTraffic.shadow() : shadow(),
                model.get("rollback") == null ? wasTraffic.rollback() : rollback());
        ModelConfig read = new ModelConfig(
                model.get("path") == null ? byDefault.location() : location(model, "path", base),
                model.get("versions") == null ? byDefault.versions() : versions(),
                model.truth("required", byDefault.isRequired()),
                lifecycle,
                traffic,
                model.get("warm_up") == null ? byDefault.warmUp() : warmUp(),
                model.get("batching") == null
                        ? byDefault.batching()
                        : isWord("batching", DEFAULT) ? null : new BatchingReader(model.section("batching")).read(),
                byDefault
                        .form()
                        .withChain(new ChainReader(model).read(byDefault.form().chain()))
                        .withSequence(
                                model.get("sequence") == null
                                        ? byDefault.form().sequence()
                                        : isWord("sequence", NONE)
                                                ? null
                                                : new SequenceReader(model.section("sequence")).read())
                        .withOptions(
                                new OptionsReader(model).read(byDefault.form().options()))
                        .withRequireSigned(requireSigned(byDefault.form().requireSigned())),
                limits(byDefault.limits()),
                new Observation(
                        traceSample(byDefault.observed().traceSample()),
                        predictionLog(byDefault.observed().predictionLog())),
                said());
        checkDefaultLabel(read);
        return read;
    }

    private @Nullable VersionPolicy policy(@Nullable VersionPolicy byDefault) {
        if (model.get("version_policy") == null) {
            return byDefault;
        }
        return isWord("version_policy", DEFAULT)
                ? null
                : model.choice("version_policy", Policies.BY_NAME, Policies.AVAILABILITY);
    }

    private Limits limits(Limits byDefault) {
        if (model.get(LimitsReader.KEY) == null) {
            return byDefault;
        }
        return isWord(LimitsReader.KEY, NONE) ? Limits.NONE : new LimitsReader(model.section(LimitsReader.KEY)).read();
    }

    private @Nullable Boolean requireSigned(@Nullable Boolean byDefault) {
        if (model.get("require_signed") == null) {
            return byDefault;
        }
        return isWord("require_signed", DEFAULT) ? null : Boolean.valueOf(model.truth("require_signed", true));
    }

    private @Nullable ModelLog predictionLog(@Nullable ModelLog byDefault) {
        if (model.get("prediction_log") == null) {
            return byDefault;
        }
        return isWord("prediction_log", NONE) ? null : PredictionLogReader.model(model.section("prediction_log"));
    }

    private @Nullable Double traceSample(@Nullable Double byDefault) {
        if (model.get("trace_sample") == null) {
            return byDefault;
        }
        return isWord("trace_sample", DEFAULT) ? null : Double.valueOf(model.part("trace_sample", 1));
    }

    private Set<ModelKey> said() {
        Set<ModelKey> said = EnumSet.noneOf(ModelKey.class);
        for (ModelKey key : ModelKey.values()) {
            if (model.get(key.key()) != null) {
                said.add(key);
            }
        }
        if (model.get(ChainReader.PRESET) != null) {
            said.add(ModelKey.INPUT);
            said.add(ModelKey.OUTPUT);
        }
        return said;
    }

    private void checkDefaultLabel(ModelConfig read) {
        String label = read.traffic().defaultLabel();
        YamlValue place = model.get("default_label");
        if (place != null && !label.isEmpty() && !read.lifecycle().labels().containsKey(label)) {
            model.faults()
                    .wrong(
                            place,
                            "one of its labels: "
                                    + String.join(
                                            ", ", new TreeMap<>(read.lifecycle().labels()).keySet()));
        }
    }

    private boolean isWord(String key, String word) {
        YamlValue found = model.get(key);
        return found != null && word.equals(found.content());
    }

    /** An absolute path, a URL as it is, or empty where there is none. */
    static String location(Section section, String key, Path base) {
        String text = section.text(key, "");
        if (text.isEmpty() || text.contains("://")) {
            return text;
        }
        try {
            return base.resolve(text).toAbsolutePath().normalize().toString();
        } catch (InvalidPathException e) {
            YamlValue place = section.get(key);
            if (place != null) {
                section.faults().wrong(place, "a path or URL");
            }
            return "";
        }
    }

    private VersionSelection versions() {
        YamlValue found = model.get("versions");
        if (found == null) {
            return VersionSelection.NEWEST;
        }
        if ("latest".equals(found.content())) {
            return VersionSelection.NEWEST;
        }
        if ("all".equals(found.content())) {
            return new VersionSelection.All();
        }
        if (found.isMap() && found.map().containsKey("latest")) {
            return new VersionSelection.Latest(model.section("versions").whole("latest", 1, 1));
        }
        Set<Long> numbers = new HashSet<>();
        for (YamlValue item : found.list()) {
            Section.whole(item, 0, Long.MAX_VALUE)
                    .ifPresentOrElse(numbers::add, () -> model.faults().wrong(item, "a version such as 7"));
        }
        if (!found.isList() || found.list().isEmpty()) {
            model.faults().wrong(found, VERSIONS);
            return VersionSelection.NEWEST;
        }
        return new VersionSelection.Specific(numbers);
    }

    private Map<String, Split> labels() {
        Map<String, Split> labels = new HashMap<>();
        model.section("labels").forEach((label, value) -> split(value).ifPresent(split -> labels.put(label, split)));
        return labels;
    }

    private Optional<Split> split(YamlValue value) {
        Optional<Long> single = Section.whole(value, 0, Long.MAX_VALUE);
        if (single.isPresent()) {
            return single.map(Split::of);
        }
        NavigableMap<Long, Integer> weights = new TreeMap<>();
        for (Map.Entry<String, YamlValue> entry : value.map().entrySet()) {
            YamlValue weight = entry.getValue();
            Optional<Long> share = Section.whole(weight, 0, WEIGHT_MAX);
            if (share.isEmpty()) {
                model.faults().wrong(weight, "a whole number from 0 to " + WEIGHT_MAX);
                return Optional.empty();
            }
            try {
                weights.put(Long.parseLong(entry.getKey()), share.get().intValue());
            } catch (NumberFormatException e) {
                model.faults().problem(weight, "'%s' is no version (expected: %s)".formatted(entry.getKey(), LABEL));
                return Optional.empty();
            }
        }
        if (weights.keySet().stream().anyMatch(version -> version < 0)
                || weights.values().stream().noneMatch(weight -> weight > 0)) {
            model.faults().wrong(value, LABEL);
            return Optional.empty();
        }
        return Optional.of(new Split(weights));
    }

    private TrafficSettings.@Nullable Sticky sticky() {
        if (isWord("sticky", NONE)) {
            return null;
        }
        Section sticky = model.section("sticky");
        String header = sticky.text("header", "");
        String input = sticky.text("input", "");
        if (header.isEmpty() == input.isEmpty()) {
            wrong("sticky", "{header: NAME} or {input: NAME}");
            return null;
        }
        return header.isEmpty()
                ? new TrafficSettings.Sticky(TrafficSettings.Sticky.Source.INPUT, input)
                : new TrafficSettings.Sticky(TrafficSettings.Sticky.Source.HEADER, header.toLowerCase(Locale.ROOT));
    }

    private @Nullable Shadow shadow() {
        if (isWord("shadow", NONE)) {
            return null;
        }
        Section shadow = model.section("shadow");
        YamlValue version = shadow.get("version");
        Optional<Long> number = version == null ? Optional.empty() : Section.whole(version, 0, Long.MAX_VALUE);
        if (number.isEmpty()) {
            wrong("shadow", "{version: 8, share: 10%}");
            return null;
        }
        return new Shadow(number.get(), shadow.share("share", 1), shadow.number("tolerance", Double.MAX_VALUE, 0));
    }

    private @Nullable RollbackBounds rollback() {
        if (isWord("rollback", NONE)) {
            return null;
        }
        Section rollback = model.section("rollback");
        Duration window = rollback.time("window", Duration.ofMinutes(10));
        YamlValue place = rollback.get("window");
        if (window.isZero() && place != null) {
            rollback.faults().wrong(place, Quantities.TIME + ", above 0");
            window = Duration.ofMinutes(10);
        }
        return new RollbackBounds(
                window,
                rollback.whole("min_requests", 1, 100),
                rollback.number("error_rate", 1, 1),
                rollback.number("p99_ratio", Double.MAX_VALUE, 0));
    }

    private WarmUpConfig warmUp() {
        Section warmUp = model.section("warm_up");
        return new WarmUpConfig(warmUp.truth("enabled", true), warmUp.text("requests", ""), warmUp.whole("runs", 1, 1));
    }

    private void wrong(String key, String expected) {
        YamlValue place = model.get(key);
        if (place != null) {
            model.faults().wrong(place, expected);
        }
    }
}

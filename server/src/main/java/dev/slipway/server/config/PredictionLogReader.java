package dev.slipway.server.config;

import dev.slipway.monitoring.log.HttpSink;
import dev.slipway.monitoring.log.ModelLog;
import dev.slipway.server.config.PredictionLogConfig.Form;
import dev.slipway.server.config.PredictionLogConfig.Place;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of the prediction log: where it goes, and what of a model is in it. */
final class PredictionLogReader {
    private static final String SINKS = "sinks";
    private static final String TYPE = "type";

    /** Files are named after sinks. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

    private static final Set<String> FILE_KEYS = Set.of(TYPE, "folder", "rotate_size", "rotate_interval", "keep");

    /** By type, the keys that a sink may have. */
    private static final Map<String, Set<String>> KEYS = new LinkedHashMap<>();

    private static final Map<String, HttpSink.Mode> MODES = new LinkedHashMap<>();

    static {
        Set<String> lines = new TreeSet<>(FILE_KEYS);
        lines.add("compress");
        KEYS.put("jsonl", lines);
        KEYS.put("parquet", FILE_KEYS);
        KEYS.put("http", Set.of(TYPE, "url", "mode", "timeout", "bearer_token_file"));
        KEYS.put("kafka", Set.of(TYPE, "brokers", "topic", "mode", "properties"));
        for (HttpSink.Mode mode : HttpSink.Mode.values()) {
            MODES.put(mode.name().toLowerCase(Locale.ROOT), mode);
        }
    }

    private final Section log;
    private final Path base;

    /** @param base the folder that paths are relative to */
    PredictionLogReader(Section log, Path base) {
        this.log = log;
        this.base = base;
    }

    PredictionLogConfig read() {
        SortedMap<String, Place> sinks = new TreeMap<>();
        Section section = log.section(SINKS);
        for (String name : section.keys()) {
            Place place = place(section.section(name));
            if (place != null) {
                sinks.put(name, place);
            }
            if (!NAME.matcher(name).matches()) {
                section.problem(
                        "sink '%s' (expected: a name of at most 100 letters, digits, '.', '_' and '-', and no '.' or '-' first)"
                                .formatted(name));
            }
        }
        long buffer = log.size("buffer", PredictionLogConfig.BUFFER_BYTES);
        if (buffer < 1) {
            log.problem("buffer: 0 (expected: a size from 1B)");
        }
        return new PredictionLogConfig(
                log.text("source", ""), log.text("namespace", PredictionLogConfig.NAMESPACE), buffer, sinks);
    }

    private @Nullable Place place(Section sink) {
        String type = sink.text(TYPE, "");
        Set<String> keys = KEYS.get(type);
        if (keys == null) {
            // The schema has said so.
            return null;
        }
        for (String key : sink.keys()) {
            if (!keys.contains(key)) {
                sink.problem("key '%s' is not for type %s (expected: %s)"
                        .formatted(key, type, String.join(", ", new TreeSet<>(keys))));
            }
        }
        return switch (type) {
            case "http" -> http(sink);
            case "kafka" -> kafka(sink);
            default -> files(sink, type.equals("parquet") ? Form.PARQUET : Form.JSONL);
        };
    }

    private Place files(Section sink, Form form) {
        String folder = ModelReader.location(sink, "folder", base);
        if (folder.isEmpty()) {
            sink.problem("a sink of files without a folder (expected: folder: DIR)");
        }
        // A Parquet file is of use to nobody until it is ended.
        Duration age = form == Form.PARQUET ? Duration.ofMinutes(5) : Duration.ofDays(1);
        return new PredictionLogConfig.Files(
                form,
                folder,
                Math.max(1, sink.size("rotate_size", 128L << 20)),
                sink.time("rotate_interval", age),
                sink.whole("keep", 0, 0),
                sink.choice("compress", Map.of("gzip", true, "none", false), false));
    }

    private Place http(Section sink) {
        String url = sink.text("url", "");
        if (!isAddress(url)) {
            sink.problem("url: '%s' (expected: http://HOST:PORT/PATH, or https:)".formatted(url));
        }
        Duration timeout = sink.time("timeout", Duration.ofSeconds(10));
        if (timeout.isZero()) {
            sink.problem("timeout: 0 (expected: a time such as 10s)");
        }
        String token = ModelReader.location(sink, "bearer_token_file", base);
        return new PredictionLogConfig.Http(
                url, sink.choice("mode", MODES, HttpSink.Mode.BINARY), timeout, token.isEmpty() ? null : token);
    }

    private static boolean isAddress(String url) {
        try {
            URI uri = URI.create(url);
            String scheme = String.valueOf(uri.getScheme());
            return uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Place kafka(Section sink) {
        List<String> brokers = texts(sink, "brokers");
        String topic = sink.text("topic", "");
        if (brokers.isEmpty() || topic.isEmpty()) {
            sink.problem("a sink of type kafka without %s (expected: brokers: [HOST:PORT], and topic: NAME)"
                    .formatted(brokers.isEmpty() ? "brokers" : "a topic"));
        }
        Map<String, String> properties = new TreeMap<>();
        sink.section("properties").forEach((name, value) -> properties.put(name, String.valueOf(value.content())));
        return new PredictionLogConfig.Kafka(
                brokers, topic, sink.choice("mode", MODES, HttpSink.Mode.BINARY) == HttpSink.Mode.BINARY, properties);
    }

    /** What a model's section says of it. */
    static @Nullable ModelLog model(Section log) {
        String sink = log.text("sink", "");
        Set<ModelLog.What> what = EnumSet.noneOf(ModelLog.What.class);
        for (String word : texts(log, "what")) {
            for (ModelLog.What each : ModelLog.What.values()) {
                if (name(each).equals(word)) {
                    what.add(each);
                }
            }
        }
        return sink.isEmpty()
                ? null
                : new ModelLog(
                        sink,
                        log.share("sample", 1),
                        what.isEmpty() ? EnumSet.allOf(ModelLog.What.class) : what,
                        new TreeSet<>(texts(log, "redact")));
    }

    private static List<String> texts(Section section, String key) {
        YamlValue found = section.get(key);
        List<String> texts = new ArrayList<>();
        for (YamlValue item : found == null ? List.<YamlValue>of() : found.list()) {
            texts.add(String.valueOf(item.content()));
        }
        return texts;
    }

    /** As {@link #model} reads it. */
    static Object written(@Nullable ModelLog log) {
        if (log == null) {
            return ModelReader.NONE;
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("sink", log.sink());
        keys.put("sample", log.share());
        keys.put("what", log.what().stream().map(PredictionLogReader::name).toList());
        keys.put("redact", List.copyOf(log.redact()));
        return keys;
    }

    private static String name(ModelLog.What what) {
        return what.name().toLowerCase(Locale.ROOT);
    }

    /** Tells where a model's section names a sink that there is not. */
    static void checkSinks(Section model, PredictionLogConfig known) {
        YamlValue log = model.get("prediction_log");
        YamlValue sink = log == null ? null : log.map().get("sink");
        if (sink != null
                && sink.content() instanceof String name
                && !known.sinks().containsKey(name)) {
            model.faults()
                    .wrong(
                            sink,
                            "one of prediction_log.sinks: "
                                    + String.join(", ", known.sinks().keySet()));
        }
    }
}

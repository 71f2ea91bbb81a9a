package dev.slipway.server.config;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.server.tls.TlsSettings.Clients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a whole {@code slipway.yaml}. */
final class ConfigReader {
    /** Instead of a time between two looks: a single one. */
    static final String ONCE = "once";

    /** Instead of a time between two looks: the system's notices only. */
    static final String NOTICES = "notices";

    /** What {@link ServingConfig#poll} is for {@link #NOTICES}. */
    static final Duration NOTICES_ONLY = Duration.ofSeconds(-1);

    private static final int PORT_MAX = 65_535;
    private static final Map<String, Clients> CLIENTS =
            new TreeMap<>(Map.of("none", Clients.NONE, "optional", Clients.OPTIONAL, "required", Clients.REQUIRED));

    private final Section root;
    private final Path base;

    ConfigReader(Section root, Path base) {
        this.root = root;
        this.base = base;
    }

    ConfigDocument read() {
        ModelConfig defaults = new ModelReader(root.section("defaults"), base).read(ModelConfig.DEFAULT);
        Map<String, ModelConfig> models = new TreeMap<>();
        Section section = root.section("models");
        section.forEach((name, value) -> models.put(name, new ModelReader(section.section(name), base).read(defaults)));
        String repository = ModelReader.location(root, "repository", base);
        models.forEach((name, model) -> {
            YamlValue place = section.get(name);
            if (place != null && !ConfigCheck.isModelName(name)) {
                root.faults().problem(place, "model name '%s' (expected: %s)".formatted(name, ConfigCheck.MODEL_NAME));
            }
            if (model.location().isEmpty() && repository.isEmpty() && place != null) {
                root.faults()
                        .problem(
                                place,
                                "neither a path nor a repository (expected: path: DIR, or repository: DIR above)");
            }
        });
        ServingConfig serving = new ServingConfig(
                repository,
                defaults,
                new TreeMap<>(models),
                poll(),
                root.time("settle_time", FileSystemSource.Options.SETTLE_TIME),
                root.section("memory").size("budget", 0));
        PredictionLogConfig log = new PredictionLogReader(root.section("prediction_log"), base).read();
        if (log.areSaid()) {
            PredictionLogReader.checkSinks(root.section("defaults"), log);
            models.keySet().forEach(name -> PredictionLogReader.checkSinks(section.section(name), log));
        }
        return new ConfigDocument(serving, start(log));
    }

    private Duration poll() {
        YamlValue found = root.get("poll_interval");
        if (found != null && ONCE.equals(found.content())) {
            return Duration.ZERO;
        }
        if (found != null && NOTICES.equals(found.content())) {
            return NOTICES_ONLY;
        }
        return root.time("poll_interval", FileSystemSource.Options.POLL);
    }

    private StartConfig start(PredictionLogConfig predictionLog) {
        Section listeners = root.section("listeners");
        String socket = ModelReader.location(listeners, "socket", base);
        Section limits = root.section("limits");
        String state = ModelReader.location(root, "state_dir", base);
        Section cache = root.section("cache");
        Section triton = root.section("triton");
        String traces = ModelReader.location(triton, "trace_dir", base);
        String fetched = ModelReader.location(cache, "folder", base);
        Section access = root.section("access");
        String accessFile = ModelReader.location(access, "file", base);
        if (!accessFile.isEmpty() && access.get("anonymous") != null) {
            access.problem("both a file and anonymous (expected: anonymous in the file)");
        }
        return new StartConfig(
                new StartConfig.Listeners(
                        listeners.get("host") == null ? null : listeners.text("host", ""),
                        port(listeners, "port"),
                        port(listeners, "rest_port"),
                        port(listeners, "inference_port"),
                        port(listeners, "management_port"),
                        socket.isEmpty() ? null : socket,
                        truth(listeners, "cors"),
                        port(listeners, "metrics_port"),
                        truth(listeners, "separate"),
                        tls(listeners.section("tls"))),
                new StartConfig.Limits(
                        time(limits, "request_timeout"),
                        time(limits, "drain_timeout"),
                        new StartConfig.Threads(
                                whole(limits, "compute_threads"),
                                whole(limits, "intra_op_threads"),
                                whole(limits, "load_threads")),
                        "forever".equals(content(limits, "load_retries"))
                                ? Integer.valueOf(-1)
                                : whole(limits, "load_retries"),
                        time(limits, "load_retry_interval"),
                        new ClientLimitsReader(limits).read()),
                state.isEmpty() ? null : state,
                new StartConfig.Cache(
                        fetched.isEmpty() ? null : fetched,
                        cache.get("budget") == null ? null : Long.valueOf(cache.size("budget", 0))),
                new StartConfig.Triton(
                        triton.get("system_shared_memory") == null
                                ? null
                                : Boolean.valueOf(triton.truth("system_shared_memory", false)),
                        traces.isEmpty() ? null : traces),
                new StartConfig.Callers(
                        accessFile.isEmpty() ? null : accessFile,
                        access.get("anonymous") == null ? null : access.text("anonymous", "")),
                signing(),
                metrics(),
                tracing(root.section("tracing")),
                new LoggingReader(root.section("logging"), base).read(),
                predictionLog);
    }

    private static @Nullable Duration interval(Section section) {
        YamlValue place = section.get("interval");
        Duration interval = time(section, "interval");
        if (place != null && interval != null && interval.isZero()) {
            section.faults().wrong(place, Quantities.TIME + ", above 0");
            return null;
        }
        return interval;
    }

    private static TracingConfig tracing(Section section) {
        YamlValue endpoint = section.get("endpoint");
        String text = section.text("endpoint", "");
        if (endpoint != null) {
            try {
                TracingConfig.url("endpoint", text, true);
            } catch (SlipwayException e) {
                section.faults().problem(endpoint, e.getMessage());
            }
        }
        return new TracingConfig(
                endpoint == null ? null : text,
                section.get("service_name") == null ? null : section.text("service_name", ""),
                section.get("sample") == null ? null : Double.valueOf(section.part("sample", 1)),
                truth(section, "trust_parent"),
                whole(section, "max_per_second"),
                section.get("queue") == null ? null : Integer.valueOf(section.whole("queue", 1, 1)),
                interval(section));
    }

    private TlsConfig tls(Section section) {
        if (section.keys().isEmpty()) {
            return TlsConfig.NONE;
        }
        TlsConfig tls = new TlsConfig(
                place(section, "certificate"),
                place(section, "key"),
                place(section, "client_ca"),
                section.get("clients") == null ? null : section.choice("clients", CLIENTS, Clients.REQUIRED),
                time(section, "reload_interval"),
                null);
        String problem = tls.problem();
        if (problem != null) {
            section.problem(problem);
        }
        return tls;
    }

    private @Nullable String place(Section section, String key) {
        String location = ModelReader.location(section, key, base);
        return location.isEmpty() ? null : location;
    }

    private static @Nullable Boolean truth(Section section, String key) {
        return section.get(key) == null ? null : Boolean.valueOf(section.truth(key, false));
    }

    private SigningConfig signing() {
        YamlValue keys = root.get("trusted_keys");
        List<String> files = new ArrayList<>();
        for (YamlValue key : keys == null ? List.<YamlValue>of() : keys.list()) {
            if (key.content() instanceof String text && !text.isEmpty()) {
                files.add(base.resolve(text).toAbsolutePath().normalize().toString());
            } else {
                root.faults().wrong(key, "the path of a public key");
            }
        }
        boolean isRequired = root.truth("require_signed", false);
        if (isRequired && files.isEmpty()) {
            root.problem(
                    "require_signed without trusted_keys (expected: the files of the public keys of who may sign)");
        }
        return new SigningConfig(
                root.get("require_signed") == null ? null : Boolean.valueOf(isRequired), keys == null ? null : files);
    }

    private MetricsConfig metrics() {
        Section metrics = root.section("metrics");
        return new MetricsConfig(
                metrics.get("peers") == null ? null : Boolean.valueOf(metrics.truth("peers", true)),
                metrics.get("phases") == null ? null : Boolean.valueOf(metrics.truth("phases", true)),
                metrics.get("series") == null ? null : Integer.valueOf(metrics.whole("series", 1, 1)));
    }

    private static @Nullable Integer port(Section section, String key) {
        YamlValue found = section.get(key);
        if (found == null) {
            return null;
        }
        Optional<Long> port = Section.whole(found, 0, PORT_MAX);
        if (port.isEmpty()) {
            section.faults().wrong(found, "a port, 0 to %d".formatted(PORT_MAX));
        }
        return port.map(Long::intValue).orElse(null);
    }

    private static @Nullable Integer whole(Section section, String key) {
        return section.get(key) == null ? null : Integer.valueOf(section.whole(key, 0, 0));
    }

    private static @Nullable Duration time(Section section, String key) {
        return section.get(key) == null ? null : section.time(key, Duration.ZERO);
    }

    private static @Nullable Object content(Section section, String key) {
        YamlValue found = section.get(key);
        return found == null ? null : found.content();
    }
}

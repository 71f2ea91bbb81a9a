package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.tracing.TracingSettings;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What OpenTelemetry's environment variables say of traces, as far as they concern a server that sends OTLP over HTTP.
 *
 * @param environment may hold others
 * @see <a href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/">OpenTelemetry: environment
 *     variables</a>
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">OpenTelemetry: OTLP exporters</a>
 */
record OpenTelemetryVariables(Map<String, String> environment) {
    private static final String OTLP = "OTEL_EXPORTER_OTLP_";
    private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_";
    private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
    private static final String SERVICE_NAME = "service.name";
    private static final long ROOM_MAX = 1 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Which requests are traced. */
    record Sampler(double sample, boolean trustsParent) {}

    private @Nullable String get(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** What is said of traces, else what is said of all signals. */
    private @Nullable String ofTraces(String name) {
        String value = get(TRACES + name);
        return value == null ? get(OTLP + name) : value;
    }

    boolean areTracesOff() {
        return "true".equalsIgnoreCase(get("OTEL_SDK_DISABLED")) || "none".equals(get("OTEL_TRACES_EXPORTER"));
    }

    /** Where traces go; null where nothing is said. */
    @Nullable
    URI endpoint() {
        String own = get(TRACES + "ENDPOINT");
        String base = get(OTLP + "ENDPOINT");
        if (own == null && base == null) {
            return null;
        }
        String protocol = ofTraces("PROTOCOL");
        if (protocol != null && !protocol.equals("http/protobuf")) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%sPROTOCOL: '%s' (expected: http/protobuf, which collectors take at port 4318)"
                            .formatted(OTLP, protocol));
        }
        if (own != null) {
            return TracingConfig.url(TRACES + "ENDPOINT", own, false);
        }
        // Unlike in tracing.endpoint, a path is that of a base, as the specification has it.
        String text = base == null ? "" : base;
        URI url = TracingConfig.url(OTLP + "ENDPOINT", text, false);
        String path = url.getPath();
        return url.resolve((path.endsWith("/") ? path : path + "/") + TracingConfig.PATH);
    }

    TracingSettings.Collector collector(URI url) {
        String timeout = ofTraces("TIMEOUT");
        return new TracingSettings.Collector(
                url,
                pairs(OTLP + "HEADERS", ofTraces("HEADERS")),
                "gzip".equals(ofTraces("COMPRESSION")),
                timeout == null ? TIMEOUT : Duration.ofMillis(whole(OTLP + "TIMEOUT", timeout)));
    }

    /** @param said goes before all variables; null where nothing is said */
    Map<String, String> resource(@Nullable String said) {
        Map<String, String> resource = pairs("OTEL_RESOURCE_ATTRIBUTES", get("OTEL_RESOURCE_ATTRIBUTES"));
        String name = said == null ? get("OTEL_SERVICE_NAME") : said;
        if (name != null) {
            resource.put(SERVICE_NAME, name);
        }
        resource.putIfAbsent(SERVICE_NAME, "slipway");
        return resource;
    }

    Sampler sampler() {
        String name = get(SAMPLER);
        if (name == null) {
            return new Sampler(1, true);
        }
        String argument = get(SAMPLER + "_ARG");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "always_on" -> new Sampler(1, false);
            case "always_off" -> new Sampler(0, false);
            case "traceidratio" -> new Sampler(ratio(argument), false);
            case "parentbased_always_on" -> new Sampler(1, true);
            case "parentbased_always_off" -> new Sampler(0, true);
            case "parentbased_traceidratio" -> new Sampler(ratio(argument), true);
            default ->
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        ("%s: '%s' (expected: always_on, always_off, traceidratio, parentbased_always_on,"
                                        + " parentbased_always_off or parentbased_traceidratio)")
                                .formatted(SAMPLER, name));
        };
    }

    private static double ratio(@Nullable String argument) {
        if (argument == null) {
            return 1;
        }
        try {
            double ratio = Double.parseDouble(argument);
            if (ratio >= 0 && ratio <= 1) {
                return ratio;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "%s_ARG: '%s' (expected: 0 to 1)".formatted(SAMPLER, argument));
    }

    /**
     * @param room spans; null where nothing is said
     * @param interval null where nothing is said
     */
    TracingSettings.Queue queue(@Nullable Integer room, @Nullable Duration interval) {
        TracingSettings.Queue byDefault = TracingSettings.Queue.DEFAULT;
        int most =
                room == null ? (int) Math.min(whole("OTEL_BSP_MAX_QUEUE_SIZE", byDefault.spansMax()), ROOM_MAX) : room;
        int batch = (int) Math.min(whole("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", byDefault.batchMax()), most);
        return new TracingSettings.Queue(
                most,
                batch,
                interval == null
                        ? Duration.ofMillis(whole(
                                "OTEL_BSP_SCHEDULE_DELAY", byDefault.interval().toMillis()))
                        : interval);
    }

    private long whole(String name, long byDefault) {
        String text = get(name);
        return text == null ? byDefault : whole(name, text);
    }

    private static long whole(String name, String text) {
        if (text.matches("[0-9]{1,9}") && Long.parseLong(text) > 0) {
            return Long.parseLong(text);
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "%s: '%s' (expected: a whole number from 1)".formatted(name, text));
    }

    /** Reads {@code a=b,c=d}, whose values may have escapes as URLs have them; a broken one is told without its value. */
    private static Map<String, String> pairs(String name, @Nullable String text) {
        Map<String, String> pairs = new TreeMap<>();
        for (String pair : text == null ? new String[0] : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (pair.isBlank()) {
                continue;
            }
            try {
                String key = pair.substring(0, Math.max(equals, 0)).strip();
                if (!key.isEmpty()) {
                    String value = pair.substring(equals + 1).strip().replace("+", "%2B");
                    pairs.put(key, URLDecoder.decode(value, StandardCharsets.UTF_8));
                    continue;
                }
            } catch (IllegalArgumentException e) {
                // Said below.
            }
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s is no list of names and values (expected: such as a=b,c=d, with %%XX for what is special)"
                            .formatted(name));
        }
        return pairs;
    }
}

package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.tracing.TracingSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is said of traces. Null is what is not said: then it counts what OpenTelemetry's environment variables say.
 *
 * @param endpoint of a collector that speaks OTLP over HTTP: {@code http://localhost:4318}, or with a path what is posted to
 * @param serviceName {@code service.name} of all traces
 * @param sample the share of requests that are traced, of those that come without a trace, 0 to 1
 * @param trustsParent whether those that come with one are traced if, and only if, whoever sent them is
 * @param perSecondMax traces that are begun here in a second at most; 0 for no bound
 * @param queue spans that may wait to be sent
 * @param interval between two times that they are sent
 */
public record TracingConfig(
        @Nullable String endpoint,
        @Nullable String serviceName,
        @Nullable Double sample,
        @Nullable Boolean trustsParent,
        @Nullable Integer perSecondMax,
        @Nullable Integer queue,
        @Nullable Duration interval) {
    /** Nothing is said. */
    public static final TracingConfig NONE = new TracingConfig(null, null, null, null, null, null, null);

    /** Where OTLP over HTTP takes traces, below an endpoint that names no path. */
    static final String PATH = "v1/traces";

    /** This, and what the other says where this says nothing. */
    TracingConfig or(TracingConfig other) {
        return new TracingConfig(
                StartConfig.first(endpoint, other.endpoint),
                StartConfig.first(serviceName, other.serviceName),
                StartConfig.first(sample, other.sample),
                StartConfig.first(trustsParent, other.trustsParent),
                StartConfig.first(perSecondMax, other.perSecondMax),
                StartConfig.first(queue, other.queue),
                StartConfig.first(interval, other.interval));
    }

    /**
     * What a server is to do; null when nobody said where traces go, or somebody turned them off.
     *
     * @param environment OpenTelemetry's variables among others
     * @throws SlipwayException {@code INVALID_ARGUMENT} when one of the variables can't be used
     */
    public @Nullable TracingSettings settings(Map<String, String> environment) {
        OpenTelemetryVariables variables = new OpenTelemetryVariables(environment);
        if (variables.areTracesOff()) {
            return null;
        }
        URI url = endpoint == null ? variables.endpoint() : url("tracing.endpoint", endpoint, true);
        if (url == null) {
            return null;
        }
        OpenTelemetryVariables.Sampler sampler = variables.sampler();
        return new TracingSettings(
                variables.collector(url),
                variables.resource(serviceName),
                Objects.requireNonNullElse(sample, sampler.sample()),
                Objects.requireNonNullElse(trustsParent, sampler.trustsParent()),
                Objects.requireNonNullElse(perSecondMax, TracingSettings.PER_SECOND_MAX),
                variables.queue(queue, interval));
    }

    /**
     * @param isBase whether traces go below it: then a path of its own is kept, and {@link #PATH} put behind one that is none
     * @throws SlipwayException {@code INVALID_ARGUMENT} unless it is an http: or https: URL
     */
    static URI url(String subject, String text, boolean isBase) {
        try {
            URI url = URI.create(text);
            boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (isWeb && url.getHost() != null && url.getUserInfo() == null) {
                boolean isBare = url.getPath().isEmpty() || url.getPath().equals("/");
                return isBase && isBare ? url.resolve("/" + PATH) : url;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s: '%s' (expected: a URL without a user, such as http://localhost:4318)"
                        .formatted(subject, Secrets.shown(text)));
    }
}

package dev.slipway.server.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Metrics as somebody asked for them.
 *
 * @param contentType of {@code body}
 * @param body from position to limit
 */
public record Exposition(String contentType, ByteBuffer body) {
    /** Made at the first scrape: not while the server starts. */
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    /**
     * In Prometheus' text format, with classic histograms; in OpenMetrics' with exemplars too, or in Prometheus' protobuf with native
     * histograms, for who takes them.
     *
     * @param accepts the header {@code Accept}; null for none
     */
    static Exposition of(MetricSnapshots metrics, @Nullable String accepts) {
        ExpositionFormatWriter writer = writer(accepts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Exposition(writer.getContentType(), ByteBuffer.wrap(out.toByteArray()));
    }

    /** The content type that who asks so gets. */
    static String form(@Nullable String accepts) {
        return writer(accepts).getContentType();
    }

    private static ExpositionFormatWriter writer(@Nullable String accepts) {
        return FORMATS.findWriter(accepts == null ? "" : accepts);
    }
}

package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.Await;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
    /** For which there is no memory at first. */
    private static final class Forgetful implements SpanExporter {
        private volatile boolean isShort = true;

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            if (isShort) {
                throw new OutOfMemoryError("none left");
            }
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @Test
    void spansAreSentAgainOnceThereIsMemory() {
        Forgetful exporter = new Forgetful();
        SpanQueue queue = new SpanQueue(
                exporter,
                new TracingSettings(
                        new TracingSettings.Collector(
                                URI.create("http://localhost:1/"), Map.of(), false, Duration.ofSeconds(1)),
                        Map.of(),
                        1,
                        true,
                        0,
                        new TracingSettings.Queue(16, 1, Duration.ofMillis(1))));
        queue.start();
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(queue).build()) {
            Tracer tracer = provider.get("test");
            tracer.spanBuilder("lost").startSpan().end();
            Await.until(() -> queue.counts().failures() == 1, "the first can't be sent");
            exporter.isShort = false;
            tracer.spanBuilder("sent").startSpan().end();
            Await.until(() -> queue.counts().sent() == 1, "the next one is sent");
            assertThat(queue.counts().dropped()).isEqualTo(1);
        } finally {
            queue.close(Duration.ofSeconds(10));
        }
    }
}

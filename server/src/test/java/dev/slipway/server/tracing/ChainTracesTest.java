package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.Await;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.tracing.Collector.Got;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What traces tell of a model that something stands before. */
class ChainTracesTest {
    private static final Collector COLLECTOR = new Collector();

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(ChainTracesTest::written).with(COLLECTOR::traced);

    @AfterAll
    static void closeCollector() {
        COLLECTOR.close();
    }

    private static Path written() {
        try {
            TestModels.write(
                    models.resolve("digits/1"),
                    Files.readAllBytes(SlipwayExtension.examples().resolve("digits/1/model.onnx")));
            Files.writeString(models.resolve("digits/slipway.yaml"), "input: {type: image, scale: 0.0625}\n");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String picture() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_3BYTE_BGR), "png", file);
        return Base64.getEncoder().encodeToString(file.toByteArray());
    }

    @Test
    void whatStandsBeforeAndAfterTheModelHasSpansOfItsOwn() throws IOException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4735";
        String body = "{\"instances\": [{\"b64\": \"%s\"}]}".formatted(picture());
        assertThat(SERVER.send(HttpRequest.newBuilder(SERVER.uri("/v1/models/digits:predict"))
                                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                                .POST(HttpRequest.BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(200);

        Await.until(() -> COLLECTOR.spans(got -> got.traceId().equals(trace)).size() >= 7, "seven spans");
        List<Got> spans = new ArrayList<>(COLLECTOR.spans(got -> got.traceId().equals(trace)));
        spans.sort(Comparator.comparingLong(Got::start));
        assertThat(spans)
                .extracting(Got::name)
                .containsExactly(
                        "POST /v1/models/{model}:predict", "decode", "before", "queue", "compute", "after", "encode");
        Got before = spans.get(2);
        assertThat(before.parent()).isEqualTo(spans.get(0).id());
        assertThat(before.end())
                .isGreaterThan(before.start())
                .isLessThanOrEqualTo(spans.get(3).start());
    }
}

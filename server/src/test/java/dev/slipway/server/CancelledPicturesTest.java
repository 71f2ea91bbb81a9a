package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go while their pictures are read, wait to be decoded, are decoded, or wait for the model. */
@Timeout(180)
class CancelledPicturesTest {
    private static final int CLIENTS = 120;
    private static final Pattern ANSWERED =
            Pattern.compile("slipway_requests_total\\{code=\"(\\w+)\",model=\"digits\",protocol=\"tfs-rest\"} (\\S+)");

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(CancelledPicturesTest::written);

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

    /** One that takes some milliseconds to decode. */
    private static String body() throws IOException {
        BufferedImage image = new BufferedImage(400, 400, BufferedImage.TYPE_3BYTE_BGR);
        Random random = new Random(7);
        for (int i = 0; i < 400 * 400; i++) {
            image.setRGB(i % 400, i / 400, random.nextInt());
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return "{\"instances\": [{\"b64\": \"%s\"}]}"
                .formatted(Base64.getEncoder().encodeToString(file.toByteArray()));
    }

    private static Socket ask(byte[] request) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.server().restPort());
        socket.getOutputStream().write(request);
        return socket;
    }

    private static void awaitZero(String what, LongSupplier value) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (value.getAsLong() != 0) {
            assertThat(System.nanoTime()).as("%s: %d", what, value.getAsLong()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void leaveNothingBehindAndAreCountedOnce() throws IOException {
        String body = body();
        byte[] request = ("POST /v1/models/digits:predict HTTP/1.1\r\nhost: a\r\ncontent-length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        List<Socket> left = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            left.add(ask(request));
            if (i % 3 != 0) {
                // Some go at once, some while others before them are still at work.
                left.remove(left.size() * (i % 7) / 7).close();
            }
        }
        for (Socket socket : left) {
            socket.close();
        }
        SlipwayServer server = SERVER.server();
        awaitZero("bytes of requests", server::heldBytes);
        awaitZero("handles", () -> server.manager().map().handlesOpen());
        assertThat(SERVER.get("/metrics").body())
                .contains("slipway_requests_waiting 0.0", "slipway_handles_open 0.0")
                .contains("slipway_requests_total{code=\"CANCELLED\",model=\"digits\"");

        assertThat(SERVER.post("/v1/models/digits:predict", body).statusCode()).isEqualTo(200);
        double counted = 0;
        Matcher found = ANSWERED.matcher(SERVER.get("/metrics").body());
        while (found.find()) {
            assertThat(found.group(1)).isIn("OK", "CANCELLED");
            counted += Double.parseDouble(found.group(2));
        }
        assertThat(counted).as("each once").isBetween(2.0, CLIENTS + 1.0);
        assertThat(server.manager().map().handlesOpen()).isZero();
    }
}

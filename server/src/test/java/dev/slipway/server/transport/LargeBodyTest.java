package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large bodies lie off the heap, aligned, and so do large answers. */
class LargeBodyTest {
    private static final int TENSOR_BYTES = 600_000;

    private final TestServer server = new TestServer();
    private final GrpcClient client = new GrpcClient(server.port());
    private final byte[] tensor = new byte[TENSOR_BYTES];

    LargeBodyTest() {
        new Random(1).nextBytes(tensor);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void alignsTheTensorOfAGrpcMessage() {
        byte[] message = ModelInferRequest.newBuilder()
                .setModelName("fraud")
                .addRawInputContents(ByteString.copyFrom(tensor))
                .build()
                .toByteArray();
        server.grpc = call -> call.reply(misalignment(call.message(), message.length - TENSOR_BYTES));

        assertThat(client.check(message)).containsExactly(1, 0);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void alignsTheTensorOfABinaryRestBody() throws Exception {
        byte[] body = new byte[123 + TENSOR_BYTES];
        server.rest = (request, reply) ->
                reply.send(200, "application/octet-stream", Map.of(), misalignment(request.body(), 123));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url("/v2/models/fraud/infer")))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        HttpClient http = HttpClient.newHttpClient();

        request.header("Inference-Header-Content-Length", "123");
        assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                        .body())
                .containsExactly(1, 0);
        request.setHeader("Inference-Header-Content-Length", "some");
        assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                        .body()[0])
                .isZero();
    }

    @ParameterizedTest(name = "{0} bytes, {1} before and {2} after: {3}")
    @CsvSource({
        "100, 0, 0, false",
        "600000, 0, 0, true",
        "600000, 0, 100000, true",
        "600000, 7, 0, true",
    })
    void sendsAnAnswerFromTheMemoryThatItLentTheHandler(int bytes, int before, int after, boolean direct)
            throws Exception {
        server.grpc = call -> server.threads.execute(() -> {
            ByteBuffer memory = call.buffers().take(before + bytes + after);
            assertThat(memory.isDirect()).isEqualTo(direct);
            memory.put(before, tensor, 0, bytes);
            call.reply(memory.position(before).limit(before + bytes));
        });
        server.rest = (request, reply) -> server.threads.execute(() -> {
            ByteBuffer memory = reply.buffers().take(before + bytes + after);
            memory.put(before, tensor, 0, bytes);
            reply.send(
                    200,
                    "application/octet-stream",
                    Map.of(),
                    memory.position(before).limit(before + bytes));
        });
        byte[] expected = java.util.Arrays.copyOf(tensor, bytes);

        assertThat(client.check(new byte[1])).isEqualTo(expected);
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url("/")))
                    .version(version)
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofByteArray())
                            .body())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void keepsABodyThatIsAnsweredUntilTheAnswerIsSent(int cut) {
        // The client's window opens in steps, so that most of the answer waits while other bodies take memory.
        server.grpc = call -> call.reply(call.message().slice(cut, TENSOR_BYTES - cut));
        byte[] expected = java.util.Arrays.copyOfRange(tensor, cut, TENSOR_BYTES);

        java.util.stream.IntStream.range(0, 40)
                .parallel()
                .forEach(round -> assertThat(client.check(tensor)).isEqualTo(expected));
    }

    /** Two bytes: whether {@code body} is off the heap, and what its tensor's address is modulo 64. */
    private static ByteBuffer misalignment(ByteBuffer body, int tensorAt) {
        boolean direct = body.isDirect();
        return ByteBuffer.wrap(
                new byte[] {(byte) (direct ? 1 : 0), (byte) (direct ? body.alignmentOffset(tensorAt, 64) : 0)});
    }
}

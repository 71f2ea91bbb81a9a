package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.api.VersionState;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a message of a stream waits for those before it counts as its time. */
@Timeout(120)
class StreamedWaitTest {
    private static final Pattern SECONDS = Pattern.compile(
            "slipway_request_seconds_sum\\{code=\"OK\",model=\"iris\",protocol=\"v2-grpc-stream\".*} (.*)");

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(StreamedWaitTest::written);

    private final BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();

    private static Path written() {
        try {
            TestModels.write(
                    models.resolve("iris/1"),
                    Files.readAllBytes(SlipwayExtension.examples().resolve("iris/1/model.onnx")));
            Files.createDirectories(models.resolve("slow/1"));
            Files.createFile(models.resolve("slow/1/model.gate"));
            Files.writeString(models.resolve("slow/slipway.yaml"), "loading: on_demand\nwarm_up: {enabled: false}\n");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelInferRequest infer(String model) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(4))
                .addRawInputContents(ByteString.copyFrom(new byte[4 * Float.BYTES]))
                .build();
    }

    private ClientCall<ModelInferRequest, ModelStreamInferResponse> stream() {
        ClientCall<ModelInferRequest, ModelStreamInferResponse> call =
                SERVER.grpc().inferStream();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(ModelStreamInferResponse message) {
                        answers.add(message);
                    }
                },
                new Metadata());
        call.request(2);
        return call;
    }

    private static void ask() {
        SERVER.grpc()
                .call(
                        "inference.GRPCInferenceService/ModelInfer",
                        infer("iris"),
                        ModelInferResponse.getDefaultInstance());
    }

    @Test
    void aMessagesTimeBeginsWhenItComes() throws InterruptedException {
        CountDownLatch gate = GateBackend.shut();
        ClientCall<ModelInferRequest, ModelStreamInferResponse> call = stream();
        call.sendMessage(infer("slow"));
        Await.until(
                () -> SERVER.server().statuses().get("slow").versions().stream()
                        .anyMatch(version -> version.state() == VersionState.LOADING),
                "the first message waits for its model");
        call.sendMessage(infer("iris"));
        // On the same connection: what is answered after it, came after it.
        ask();
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            ask();
        }
        double waited = (System.nanoTime() - start) / 1e9;
        gate.countDown();
        for (int i = 0; i < 2; i++) {
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isNotNull();
        }

        Await.until(() -> SECONDS.matcher(SERVER.get("/metrics").body()).find(), "the second message is counted");
        Matcher seconds = SECONDS.matcher(SERVER.get("/metrics").body());
        assertThat(seconds.find()).isTrue();
        assertThat(Double.parseDouble(seconds.group(1))).isGreaterThanOrEqualTo(waited);
        call.cancel("done", null);
    }
}

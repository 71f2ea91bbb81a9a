package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One request at a time, of clients that go while theirs runs, and of streams. */
@Timeout(180)
class InFlightRunsTest {
    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(InFlightRunsTest::written);

    private static Path written() {
        try {
            TestModels.write(
                    models.resolve("iris/1"),
                    Files.readAllBytes(SlipwayExtension.examples().resolve("iris/1/model.onnx")));
            TestModels.write(models.resolve("loop/1"), TestModels.bytes("endless-loop"));
            for (String name : List.of("iris", "loop")) {
                Files.writeString(
                        models.resolve(name + "/slipway.yaml"), "warm_up: {enabled: false}\nlimits: {concurrent: 1}\n");
            }
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> ask(String model, String body) {
        return SERVER.post("/v1/models/" + model + ":predict", body);
    }

    private static <T extends Message> ClientCall<ModelInferRequest, T> call(
            String method, MethodDescriptor.MethodType type, T empty, CallOptions options) {
        return SERVER.grpc()
                .channel()
                .newCall(
                        MethodDescriptor.<ModelInferRequest, T>newBuilder()
                                .setType(type)
                                .setFullMethodName("inference.GRPCInferenceService/" + method)
                                .setRequestMarshaller(ProtoUtils.marshaller(ModelInferRequest.getDefaultInstance()))
                                .setResponseMarshaller(ProtoUtils.marshaller(empty))
                                .build(),
                        options);
    }

    /** A run that ends at its deadline. */
    private static ModelInferRequest endless() {
        ByteBuffer rounds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return ModelInferRequest.newBuilder()
                .setModelName("loop")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("N")
                        .setDatatype("INT64"))
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(rounds.putLong(0, Long.MAX_VALUE)))
                .addRawInputContents(ByteString.copyFrom(new byte[Float.BYTES]))
                .build();
    }

    @Test
    void whoGoesWhileItsRequestRunsGivesItsPlaceBackWhenTheRunEnds() {
        Future<ModelInferResponse> held = ClientCalls.futureUnaryCall(
                call(
                        "ModelInfer",
                        MethodDescriptor.MethodType.UNARY,
                        ModelInferResponse.getDefaultInstance(),
                        CallOptions.DEFAULT.withDeadlineAfter(4, TimeUnit.SECONDS)),
                endless());
        // Not by asking the model, which could be what the place is given to.
        Await.until(
                () -> SERVER.get("/metrics").body().contains("slipway_compute_threads{state=\"running\"} 1.0"),
                "it runs");
        assertThat(ask("loop", TestModels.loopBody(1)).statusCode()).isEqualTo(429);
        held.cancel(true);
        Await.until(() -> ask("loop", TestModels.loopBody(1)).statusCode() == 200, "its place is free");
    }

    @Test
    void theMessagesOfAStreamGiveTheirPlacesBack() throws Exception {
        CompletableFuture<List<String>> errors = new CompletableFuture<>();
        StreamObserver<ModelInferRequest> stream = ClientCalls.asyncBidiStreamingCall(
                call(
                        "ModelStreamInfer",
                        MethodDescriptor.MethodType.BIDI_STREAMING,
                        ModelStreamInferResponse.getDefaultInstance(),
                        CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS)),
                new ErrorMessages(errors));
        for (int i = 0; i < 5; i++) {
            stream.onNext(ModelInferRequest.newBuilder().setModelName("iris").build());
        }
        stream.onCompleted();
        assertThat(errors.get(60, TimeUnit.SECONDS)).hasSize(5).noneMatch(String::isEmpty);
        assertThat(ask("iris", "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}").statusCode())
                .isEqualTo(200);
    }

    /** What a stream's answers say that went wrong, once it has ended. */
    private static final class ErrorMessages implements StreamObserver<ModelStreamInferResponse> {
        private final List<String> messages = new ArrayList<>();
        private final CompletableFuture<List<String>> all;

        ErrorMessages(CompletableFuture<List<String>> all) {
            this.all = all;
        }

        @Override
        public void onNext(ModelStreamInferResponse answer) {
            messages.add(answer.getErrorMessage());
        }

        @Override
        public void onError(Throwable error) {
            all.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            all.complete(messages);
        }
    }
}

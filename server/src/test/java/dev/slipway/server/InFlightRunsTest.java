package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
            AddingBackend.write(models.resolve("held/1"), "hold");
            for (String name : List.of("iris", "held")) {
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

    @Test
    void whoGoesWhileItsRequestRunsGivesItsPlaceBackWhenTheRunEnds() throws InterruptedException {
        AddingBackend.Hold held = AddingBackend.hold();
        Future<ModelInferResponse> call = SERVER.grpc().infer(AddingBackend.request("held"), Duration.ofSeconds(60));
        assertThat(held.begun().await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ask("held", AddingBackend.body()).statusCode()).isEqualTo(429);
        assertThat(call.cancel(true)).isTrue();
        Await.until(
                () -> SERVER.get("/metrics").body().contains("slipway_requests_in_flight{kind=\"grpc\"} 0.0"),
                "its client is gone");
        assertThat(ask("held", AddingBackend.body()).statusCode()).isEqualTo(429);
        held.end().countDown();
        Await.until(() -> ask("held", AddingBackend.body()).statusCode() == 200, "its place is free");
    }

    @Test
    void theMessagesOfAStreamGiveTheirPlacesBack() throws Exception {
        CompletableFuture<List<String>> errors = new CompletableFuture<>();
        StreamObserver<ModelInferRequest> stream =
                ClientCalls.asyncBidiStreamingCall(SERVER.grpc().inferStream(), new ErrorMessages(errors));
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

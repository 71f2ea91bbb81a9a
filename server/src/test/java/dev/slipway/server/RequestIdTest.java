package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.protocol.proto.inference.ModelMetadataRequest;
import dev.slipway.protocol.proto.inference.ModelMetadataResponse;
import dev.slipway.protocol.proto.inference.ServerLiveRequest;
import dev.slipway.protocol.proto.inference.ServerLiveResponse;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.transport.Access;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By which word each answer is found again. */
class RequestIdTest {
    private static final String ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    private static final Metadata.Key<String> KEY = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withNetwork(options.network().withAccess(new Access(null, true))));

    @RegisterExtension
    static final SlipwayExtension CLOSED = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withCallers(new StartConfig.Callers(null, "nobody")));

    private static HttpRequest.Builder ask(SlipwayExtension server, String method, String path) {
        String body = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";
        return HttpRequest.newBuilder(server.uri(path))
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString(body)
                                : HttpRequest.BodyPublishers.noBody());
    }

    private static String id(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-request-id").orElse("none");
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "POST, /v1/models/iris:predict, 200",
        "POST, /v2/models/iris/infer, 400",
        "POST, /v1/models/absent:predict, 404",
        "GET, /nowhere, 404",
        "GET, /v2/health/live, 200",
        "HEAD, /v1/models/iris, 200",
        "HEAD, /v1/models/absent, 404"
    })
    void everyAnswerHasOneAndTheClientsOwnComesBack(String method, String path, int status) {
        HttpResponse<String> own = SERVER.send(ask(SERVER, method, path));
        assertThat(own.statusCode()).isEqualTo(status);
        assertThat(id(own)).matches(ID);
        HttpResponse<String> said = SERVER.send(ask(SERVER, method, path).header("X-Request-Id", "abc-123_~!"));
        assertThat(id(said)).isEqualTo("abc-123_~!");
        assertThat(said.headers().firstValue("access-control-expose-headers").orElse(""))
                .contains("X-Request-Id")
                .contains("Slipway-Prediction-Id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "", "a\tb"})
    void whatNoLogCouldBearIsReplaced(String said) {
        assertThat(id(SERVER.send(ask(SERVER, "GET", "/v2").header("X-Request-Id", said))))
                .matches(ID);
        assertThat(id(SERVER.send(ask(SERVER, "GET", "/v2").header("X-Request-Id", "x".repeat(129)))))
                .matches(ID);
        assertThat(id(SERVER.send(ask(SERVER, "GET", "/v2").header("X-Request-Id", "x".repeat(128)))))
                .isEqualTo("x".repeat(128));
    }

    @Test
    void whoMayNotAskHasOneToo() {
        HttpResponse<String> refused = CLOSED.send(ask(CLOSED, "POST", "/v1/models/iris:predict"));
        assertThat(refused.statusCode()).isIn(401, 403);
        assertThat(id(refused)).matches(ID);
    }

    @Test
    void aStreamHasOneInItsHead() throws Exception {
        HttpResponse<InputStream> events = SERVER.send(
                ask(SERVER, "GET", "/slipway/v1/events").header("X-Request-Id", "stream-1"),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = events.body()) {
            assertThat(events.statusCode()).isEqualTo(200);
            assertThat(id(events)).isEqualTo("stream-1");
            assertThat(body.read()).isNotNegative();
        }
    }

    @Test
    void aCallHasOneInItsHead() {
        AtomicReference<Metadata> head = new AtomicReference<>();
        GrpcClient client = SERVER.grpc();
        ServerLiveRequest request = ServerLiveRequest.getDefaultInstance();
        client.heard(head)
                .call("inference.GRPCInferenceService/ServerLive", request, ServerLiveResponse.getDefaultInstance());
        assertThat(head.get().get(KEY)).matches(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inference.GRPCInferenceService/ModelMetadata", "inference.GRPCInferenceService/Nothing"})
    void anErrorOfACallHasTheClientsOwn(String method) {
        ModelMetadataRequest absent =
                ModelMetadataRequest.newBuilder().setName("absent").build();
        assertThatThrownBy(() -> SERVER.grpc()
                        .with("x-request-id", "call-7")
                        .call(method, absent, ModelMetadataResponse.getDefaultInstance()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getTrailers().get(KEY)).isEqualTo("call-7"));
    }
}

package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.server.Await;
import dev.slipway.server.GrpcClient;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.tracing.Collector.Got;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to a real server that sends traces to a collector, and what the collector gets. */
class TracingTest {
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String BODY = "{\"instances\": [[5.1, 3.5, 1.4, 0.2], [6.2, 2.9, 4.3, 1.3]]}";
    private static final AtomicInteger TRACES = new AtomicInteger();
    private static final Collector COLLECTOR = new Collector();

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(TracingTest::written).with(TracingTest::traced);

    @AfterAll
    static void closeCollector() {
        COLLECTOR.close();
    }

    private static Path written() {
        try {
            byte[] iris = Files.readAllBytes(SlipwayExtension.examples().resolve("iris/1/model.onnx"));
            for (String name : List.of("iris", "never", "changing", "joined")) {
                TestModels.write(models.resolve(name + "/1"), iris);
            }
            sample("never", "0%");
            sample("changing", "0");
            Files.writeString(
                    models.resolve("joined/slipway.yaml"), "batching: {mode: on, max_rows: 2, timeout: 60s}\n");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sample(String model, String share) throws IOException {
        Files.writeString(models.resolve(model + "/slipway.yaml"), "trace_sample: " + share + "\n");
    }

    private static ServerOptions traced(ServerOptions options) {
        return COLLECTOR.traced(options.withServing(serving -> serving.withPoll(Duration.ofMillis(20))));
    }

    /** A trace id that nobody else has. */
    private static String newTrace() {
        return "%032x".formatted(0xabcdef0000L + TRACES.incrementAndGet());
    }

    private static HttpRequest.Builder predict(String model, String body) {
        return HttpRequest.newBuilder(SERVER.uri("/v1/models/" + model + ":predict"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpRequest.Builder withParent(HttpRequest.Builder request, String trace, String flags) {
        return request.header("traceparent", "00-%s-%s-%s".formatted(trace, PARENT, flags));
    }

    private static Got server(String trace) {
        return COLLECTOR.await(
                got -> got.traceId().equals(trace) && got.span().getKind() == SpanKind.SPAN_KIND_SERVER,
                "the server's span of trace " + trace);
    }

    /** The children of the server's span, in the order of their starts. */
    private static List<Got> children(Got server, int count) {
        Await.until(
                () -> COLLECTOR.spans(got -> got.parent().equals(server.id())).size() >= count, count + " children");
        List<Got> children = new ArrayList<>(COLLECTOR.spans(got -> got.parent().equals(server.id())));
        children.sort((one, other) -> Long.compare(one.start(), other.start()));
        return children;
    }

    private static void assertPhases(Got server) {
        List<Got> children = children(server, 4);
        assertThat(children).extracting(Got::name).containsExactly("decode", "queue", "compute", "encode");
        assertThat(children).extracting(Got::traceId).containsOnly(server.traceId());
        for (Got child : children) {
            assertThat(child.start()).isBetween(server.start(), server.end());
            assertThat(child.end()).isBetween(child.start(), server.end());
        }
        for (int i = 1; i < children.size(); i++) {
            assertThat(children.get(i).start())
                    .isGreaterThanOrEqualTo(children.get(i - 1).end());
        }
    }

    @Test
    void aRequestOverRestIsASpanOfItsParentsTraceWithAChildForEachPhase() {
        String trace = newTrace();
        HttpResponse<String> answer = SERVER.send(withParent(predict("iris", BODY), trace, "01")
                .header("tracestate", "vendor=a")
                .header("X-Request-Id", "mine-1"));
        assertThat(answer.statusCode()).isEqualTo(200);

        Got span = server(trace);
        assertThat(span.parent()).isEqualTo(PARENT);
        assertThat(span.name()).isEqualTo("POST /v1/models/{model}:predict");
        assertThat(span.span().getTraceState()).isEqualTo("vendor=a");
        assertThat(span.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(span.resource()).containsEntry("service.name", "tested");
        assertThat(span.attributes())
                .containsAllEntriesOf(Map.of(
                        "http.request.method", "POST",
                        "http.route", "/v1/models/{model}:predict",
                        "url.path", "/v1/models/iris:predict",
                        "http.response.status_code", "200",
                        "server.address", "127.0.0.1",
                        "server.port", Integer.toString(SERVER.server().restPort()),
                        "client.address", "127.0.0.1",
                        "slipway.model", "iris",
                        "slipway.version", "1",
                        "slipway.request_id", "mine-1"))
                .containsAllEntriesOf(Map.of(
                        "slipway.rows", "2",
                        "slipway.signature", "serving_default",
                        "slipway.protocol", "tfs-rest",
                        "slipway.prediction_id",
                                answer.headers()
                                        .firstValue("slipway-prediction-id")
                                        .orElseThrow()))
                .doesNotContainKey("error.type");
        assertThat(answer.headers().firstValue("traceresponse")).hasValue("00-%s-%s-01".formatted(trace, span.id()));
        assertPhases(span);
        assertThat(children(span, 4).get(2).attributes())
                .containsEntry("slipway.batch.requests", "1")
                .containsEntry("slipway.batch.rows", "2");
    }

    private static ModelInferRequest infer(String model) {
        ByteBuffer row = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat(5.1f).putFloat(3.5f).putFloat(1.4f).putFloat(0.2f).flip();
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(4))
                .addRawInputContents(ByteString.copyFrom(row))
                .build();
    }

    private static void call(GrpcClient client, String model) {
        client.call("inference.GRPCInferenceService/ModelInfer", infer(model), ModelInferResponse.getDefaultInstance());
    }

    private static GrpcClient client(String trace, String flags) {
        return SERVER.grpc().with("traceparent", "00-%s-%s-%s".formatted(trace, PARENT, flags));
    }

    @Test
    void aCallOverGrpcIsASpanOfItsParentsTraceWithAChildForEachPhase() {
        String trace = newTrace();
        call(client(trace, "01"), "iris");

        Got span = server(trace);
        assertThat(span.parent()).isEqualTo(PARENT);
        assertThat(span.name()).isEqualTo("inference.GRPCInferenceService/ModelInfer");
        assertThat(span.attributes())
                .containsAllEntriesOf(Map.of(
                        "rpc.system", "grpc",
                        "rpc.service", "inference.GRPCInferenceService",
                        "rpc.method", "ModelInfer",
                        "rpc.grpc.status_code", "0",
                        "server.address", "127.0.0.1",
                        "server.port", Integer.toString(SERVER.server().grpcPort()),
                        "slipway.model", "iris",
                        "slipway.rows", "1",
                        "slipway.protocol", "v2-grpc"));
        assertPhases(span);
    }

    @Test
    void theHeadOfAGrpcAnswerNamesItsSpan() {
        AtomicReference<Metadata> heads = new AtomicReference<>();
        call(SERVER.grpc().heard(heads), "iris");
        String said = heads.get().get(Metadata.Key.of("traceresponse", Metadata.ASCII_STRING_MARSHALLER));
        assertThat(said).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        Got span = server(said.substring(3, 35));
        assertThat(span.id()).isEqualTo(said.substring(36, 52));
        assertThat(span.parent()).isEmpty();
    }

    @Test
    void aRunForTwoRequestsIsASpanOfItsOwnWithLinksToBoth() {
        String one = newTrace();
        String other = newTrace();
        String row = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";
        CompletableFuture<HttpResponse<String>> first = SERVER.sendLater(withParent(predict("joined", row), one, "01"));
        CompletableFuture<HttpResponse<String>> second =
                SERVER.sendLater(withParent(predict("joined", row), other, "01"));
        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(second.join().statusCode()).isEqualTo(200);

        Got spanOfOne = server(one);
        Got spanOfOther = server(other);
        Got batch = COLLECTOR.await(
                got -> got.name().equals("batch") && got.links().contains(spanOfOne.id()), "the batch of " + one);
        assertThat(batch.links()).containsExactlyInAnyOrder(spanOfOne.id(), spanOfOther.id());
        assertThat(batch.parent()).isEmpty();
        assertThat(batch.traceId()).isNotIn(one, other);
        assertThat(batch.attributes())
                .containsEntry("slipway.model", "joined")
                .containsEntry("slipway.batch.requests", "2")
                .containsEntry("slipway.batch.rows", "2");
        for (Got span : List.of(spanOfOne, spanOfOther)) {
            Got compute = children(span, 4).get(2);
            assertThat(compute.name()).isEqualTo("compute");
            assertThat(compute.links()).containsExactly(batch.id());
        }
    }

    @ParameterizedTest(name = "{0}, asked with flags {1}: {2}")
    @CsvSource({"iris, '', true", "iris, 00, false", "iris, 01, true", "iris, 02, false", "iris, 03, true"})
    @CsvSource({"never, '', false", "never, 00, false", "never, 01, true"})
    void theParentDecidesThenTheModelsShare(String model, String flags, boolean isTraced) {
        String trace = newTrace();
        HttpRequest.Builder request = predict(model, BODY);
        HttpResponse<String> answer = SERVER.send(flags.isEmpty() ? request : withParent(request, trace, flags));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("traceresponse").isPresent()).isEqualTo(isTraced);

        // What is sent in turn comes in turn: all before it has come, or never will.
        String last = newTrace();
        SERVER.send(withParent(predict("iris", BODY), last, "01"));
        children(server(last), 4);
        if (!flags.isEmpty()) {
            assertThat(COLLECTOR.spans(got -> got.traceId().equals(trace)).isEmpty())
                    .isEqualTo(!isTraced);
        }
    }

    @Test
    void aModelsShareChangesWithoutARestart() throws IOException {
        assertThat(SERVER.send(predict("changing", BODY)).headers().firstValue("traceresponse"))
                .isEmpty();
        sample("changing", "100%");
        Await.until(
                () -> SERVER.send(predict("changing", BODY))
                        .headers()
                        .firstValue("traceresponse")
                        .isPresent(),
                "requests are traced now");
        sample("changing", "0");
        Await.until(
                () -> SERVER.send(predict("changing", BODY))
                        .headers()
                        .firstValue("traceresponse")
                        .isEmpty(),
                "requests are not traced any more");
        Await.until(() -> !loads("changing").isEmpty(), "the load's span has come");
        // Nothing was loaded anew for it.
        assertThat(loads("changing")).hasSize(1);
    }

    private static List<Got> loads(String model) {
        return COLLECTOR.spans(got ->
                got.name().equals("load") && model.equals(got.attributes().get("slipway.model")));
    }

    @Test
    void aModelThatIsNotThereIsAnErrorOfTheRequestsSpan() {
        String trace = newTrace();
        assertThat(SERVER.send(withParent(predict("nobody", BODY), trace, "01")).statusCode())
                .isEqualTo(404);
        Got span = server(trace);
        assertThat(span.attributes())
                .containsEntry("http.response.status_code", "404")
                .containsEntry("error.type", "404")
                .doesNotContainKey("slipway.model");
        assertThat(span.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(span.name()).isEqualTo("POST");
    }

    @Test
    void anErrorWithoutAParentIsTracedThoughItsModelIsUnknown() {
        String path = "/v1/models/nobody-" + newTrace() + ":predict";
        assertThat(SERVER.post(path, BODY).statusCode()).isEqualTo(404);
        Got span = COLLECTOR.await(got -> path.equals(got.attributes().get("url.path")), path);
        assertThat(span.parent()).isEmpty();
    }

    @Test
    void whatIsWrongWithARequestIsItsCategoryAlone() {
        String trace = newTrace();
        String secret = "{\"instances\": [[\"a secret\"]]}";
        assertThat(SERVER.send(withParent(predict("iris", secret), trace, "01")).statusCode())
                .isEqualTo(400);
        Got span = server(trace);
        assertThat(span.attributes())
                .containsEntry("error.type", "400")
                .containsEntry("slipway.error", "INVALID_ARGUMENT")
                .containsEntry("slipway.model", "iris");
        assertThat(span.span().toString()).doesNotContain("secret");
    }

    @Test
    void aCallThatFailsTellsItsStatus() {
        String trace = newTrace();
        assertThatThrownBy(() -> call(client(trace, "01"), "nobody")).isInstanceOf(StatusRuntimeException.class);
        assertThat(server(trace).attributes())
                .containsEntry("rpc.grpc.status_code", "5")
                .containsEntry("error.type", "NOT_FOUND");
    }

    @Test
    void whatAsksNoModelIsTracedWithItsParentOnly() {
        String trace = newTrace();
        SERVER.get("/v1/models/iris");
        SERVER.send(
                withParent(HttpRequest.newBuilder(SERVER.uri("/v1/models/iris")).GET(), trace, "01"));
        assertThat(server(trace).name()).isEqualTo("GET /v1/models/{model}");
        assertThat(COLLECTOR.spans(
                        got -> got.name().startsWith("GET") && got.parent().isEmpty()))
                .isEmpty();
    }

    @Test
    void theTimesInMetricsNameTheSpanAsAnExemplar() {
        String trace = newTrace();
        SERVER.send(withParent(predict("iris", BODY), trace, "01"));
        Got span = server(trace);
        Await.until(
                () -> SERVER.send(HttpRequest.newBuilder(SERVER.uri("/metrics"))
                                .header("Accept", "application/openmetrics-text; version=1.0.0")
                                .GET())
                        .body()
                        .contains("trace_id=\"" + trace + "\""),
                "an exemplar of trace " + trace + ", span " + span.id());
    }

    @Test
    void loadsAreSpans() {
        Got load = COLLECTOR.await(
                got -> got.name().equals("load")
                        && "iris".equals(got.attributes().get("slipway.model")),
                "the load of iris");
        assertThat(load.attributes()).containsEntry("slipway.version", "1").doesNotContainKey("error.type");
        assertThat(load.end()).isGreaterThan(load.start());
    }

    /** A trace of our own then, not the one that nobody can read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-010",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e47366-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "FF-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6 a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736--01",
                "-------------------------------------------------------",
                "4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0:1",
            })
    void aTraceparentThatIsNoneIsIgnored(String header) {
        HttpResponse<String> answer = SERVER.send(predict("iris", BODY).header("traceparent", header));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("traceresponse").orElseThrow())
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
                .doesNotContain("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
            })
    void aTraceparentOfThisVersionOrOfALaterOneIsGoneOnWith(String header) {
        assertThat(SERVER.send(predict("iris", BODY).header("traceparent", header))
                        .headers()
                        .firstValue("traceresponse")
                        .orElseThrow())
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
    }
}

package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.protocol.proto.inference.ServerLiveRequest;
import dev.slipway.protocol.proto.inference.ServerLiveResponse;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.tracing.Collector.Got;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers may say, of other vendors' traces too, and what of it goes on. */
class TraceStateTest {
    private static final Collector COLLECTOR = new Collector();

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(SlipwayExtension::examples).with(COLLECTOR::traced);

    @AfterAll
    static void closeCollector() {
        COLLECTOR.close();
    }

    private static String parent(String trace) {
        return "00-" + trace + "-00f067aa0ba902b7-01";
    }

    private static Got span(String trace) {
        return COLLECTOR.await(got -> got.traceId().equals(trace), "the span of " + trace);
    }

    private static String state(String trace) {
        return span(trace).span().getTraceState();
    }

    /** What the span says that a request with these headers is. */
    private static String asked(String trace, List<String> states) {
        HttpRequest.Builder request = HttpRequest.newBuilder(SERVER.uri("/v1/models/iris"))
                .header("traceparent", parent(trace))
                .GET();
        states.forEach(state -> request.header("tracestate", state));
        assertThat(SERVER.send(request).statusCode()).isEqualTo(200);
        return state(trace);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(asked("4bf92f3577b34da6a3ce929d0e0e0001", List.of("a=1", "b=2,c=3")))
                .isEqualTo("a=1,b=2,c=3");
    }

    @Test
    void severalKeysOfMetadataAreOneListToo() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e0002";
        SERVER.grpc()
                .with("traceparent", parent(trace))
                .with("tracestate", "b=2")
                .with("tracestate", "a=1")
                .call(
                        "inference.GRPCInferenceService/ServerLive",
                        ServerLiveRequest.getDefaultInstance(),
                        ServerLiveResponse.getDefaultInstance());
        assertThat(state(trace)).isEqualTo("a=1,b=2");
    }

    @Test
    void aPathThatIsNotServedIsNoRouteAndIsCut() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e0006";
        HttpRequest.Builder request = HttpRequest.newBuilder(SERVER.uri("/v2/health/ready/" + "x".repeat(3_000)))
                .header("traceparent", parent(trace))
                .DELETE();
        assertThat(SERVER.send(request).statusCode()).isBetween(400, 499);
        Got span = span(trace);
        assertThat(span.name()).isEqualTo("DELETE");
        assertThat(span.attributes()).doesNotContainKey("http.route");
        assertThat(span.attributes().get("url.path")).hasSize(1024);
    }

    /** The library looks for a comma from each of the blanks on: of 512 of them, and of no more. */
    @Test
    void oneThatIsTooLongIsLeftOutAndItsTraceGoesOn() {
        String longest = "a=" + "1".repeat(252) + ",b=" + "2".repeat(254);
        assertThat(longest).hasSize(511);
        assertThat(asked("4bf92f3577b34da6a3ce929d0e0e0003", List.of(longest))).isEqualTo(longest);
        assertThat(asked("4bf92f3577b34da6a3ce929d0e0e0004", List.of("a=1" + " ".repeat(6_000) + "b")))
                .isEmpty();
        assertThat(asked("4bf92f3577b34da6a3ce929d0e0e0005", List.of(longest, "c=3")))
                .isEmpty();
    }
}

package dev.slipway.server.endpoint.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.server.management.FakeModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventsRestTest {
    private final ManagedServer server = new ManagedServer();

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private BufferedReader open(String path) {
        HttpResponse<InputStream> response =
                ManagedServer.join(server.begin(server.request(path).GET(), HttpResponse.BodyHandlers.ofInputStream()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains(EventStream.CONTENT_TYPE);
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static StateChange change(long version, VersionState state) {
        return new StateChange(new ServableId("fraud", version), state, FakeModels.SINCE, null);
    }

    private String load() {
        server.post("/models/fraud/load", "");
        return server.management.operations().list().get(0).id();
    }

    private void awaitFree() {
        ManagedServer.await(() -> server.rest.openStreams() == 0 && server.timer.waiting() == 0);
    }

    @Test
    void tellsOfEveryChangeOfAState() throws Exception {
        try (BufferedReader lines = open("/events")) {
            server.feed.stateChanged(change(7, VersionState.LOADING));
            server.feed.stateChanged(new StateChange(
                    new ServableId("fraud", 7),
                    VersionState.QUARANTINED,
                    FakeModels.SINCE,
                    new SlipwayException(ErrorCode.INVALID_ARGUMENT, "two\nlines")));
            assertThat(List.of(lines.readLine(), lines.readLine(), lines.readLine()))
                    .containsExactly(
                            "event: state",
                            "data: {\"model\":\"fraud\",\"version\":\"7\",\"state\":\"LOADING\","
                                    + "\"time\":\"2026-11-21T12:00:00Z\"}",
                            "");
            assertThat(List.of(lines.readLine(), lines.readLine()))
                    .containsExactly(
                            "event: state",
                            "data: {\"model\":\"fraud\",\"version\":\"7\",\"state\":\"QUARANTINED\","
                                    + "\"time\":\"2026-11-21T12:00:00Z\","
                                    + "\"error\":{\"code\":\"INVALID_ARGUMENT\",\"message\":\"two\\nlines\"}}");
        }
        awaitFree();
    }

    @Test
    void tellsOfAnOperationUntilItsEnd() throws Exception {
        String id = load();
        try (BufferedReader lines = open("/operations/" + id + "/events")) {
            assertThat(lines.readLine()).isEqualTo("event: operation");
            assertThat(lines.readLine()).contains("\"state\":\"running\"", "\"progress\":\"AVAILABLE\"");
            server.management.stateChanged(change(7, VersionState.WARMING));
            server.models.loading("fraud", 7).complete(null);
            List<String> rest = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    JsonTree operation = JsonTree.parse(line.substring("data: ".length()));
                    rest.add(operation.get("state").text() + " "
                            + operation.get("progress").text());
                }
            }
            assertThat(rest).containsExactly("running WARMING", "done WARMING");
        }
        awaitFree();
    }

    @Test
    void endsAtOnceForAnOperationThatHasEnded() throws Exception {
        String id = load();
        server.models.loading("fraud", 7).complete(null);
        try (BufferedReader lines = open("/operations/" + id + "/events")) {
            assertThat(lines.lines().filter(line -> line.startsWith("data: "))).hasSize(1);
        }
        awaitFree();
    }

    @Test
    void saysNowAndThenThatItIsThere() throws Exception {
        try (BufferedReader lines = open("/events")) {
            for (int beat = 0; beat < 3; beat++) {
                ManagedServer.await(() -> server.timer.waiting() == 1);
                server.timer.advance(EventStream.HEARTBEAT);
                assertThat(lines.readLine()).isEqualTo(":");
                assertThat(lines.readLine()).isEmpty();
            }
        }
        awaitFree();
    }

    @Test
    void letsGoOfAClientThatHangsUp() throws Exception {
        String id = load();
        for (String path : List.of("/events", "/operations/" + id + "/events")) {
            BufferedReader lines = open(path);
            assertThat(server.rest.openStreams()).isOne();
            lines.close();
            awaitFree();
        }
        server.feed.stateChanged(change(7, VersionState.LOADING));
        server.models.loading("fraud", 7).complete(null);
    }

    /** Its connection is cut, and the others go on. */
    @Test
    void cutsAClientThatDoesNotRead() throws Exception {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            slow.getOutputStream()
                    .write("GET /slipway/v1/events HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            ManagedServer.await(() -> server.rest.openStreams() == 1);
            while (server.rest.openStreams() == 1) {
                server.feed.stateChanged(change(7, VersionState.LOADING));
            }
        }
        awaitFree();
        try (BufferedReader lines = open("/events")) {
            server.feed.stateChanged(change(8, VersionState.AVAILABLE));
            lines.readLine();
            assertThat(lines.readLine()).contains("\"version\":\"8\"");
        }
    }

    @Test
    void refusesMoreStreamsThanItCanHold() throws Exception {
        List<BufferedReader> streams = new ArrayList<>();
        for (int at = 0; at < EventsRest.STREAMS_MAX; at++) {
            streams.add(open("/events"));
        }
        HttpResponse<String> refused = server.get("/events");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("256 streams of events are open");
        for (BufferedReader stream : streams) {
            stream.close();
        }
        awaitFree();
        open("/events").close();
    }

    @Test
    void endsItsStreamsWhenTheServerStops() throws IOException {
        try (BufferedReader lines = open("/events")) {
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(server::stop);
            assertThat(lines.readLine()).isNull();
            assertThat(ManagedServer.join(stopped)).isTrue();
        }
        awaitFree();
    }
}

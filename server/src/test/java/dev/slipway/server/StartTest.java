package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.config.PortKind;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.ServerOptions.MorePort;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.tls.TlsSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {
    @TempDir
    private Path folder;

    @Test
    void portsOpenBeforeModelsAreLoadedAndReadinessTellsWhenTheyAre() throws Exception {
        CountDownLatch gate = GateBackend.shut();
        Files.createDirectories(folder.resolve("slow/1"));
        Files.createFile(folder.resolve("slow/1/model.gate"));
        SlipwayServer server = SlipwayServer.start(new ServerOptions(
                new FileSystemSource.Options(
                        folder, VersionSelection.NEWEST, List.of(), Duration.ofSeconds(30), Duration.ofMillis(1)),
                Map.of(),
                ServerOptions.Network.ANY_FREE_PORT,
                ServerOptions.Resources.ofThisMachine()));
        try {
            assertThat(get(server, "/v2/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = get(server, "/v2/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("{\"ready\":false}");
            while (!server.statuses().containsKey("slow")) {
                Thread.onSpinWait();
            }
            HttpResponse<String> model = get(server, "/v2/models/slow/ready");
            assertThat(model.statusCode()).isEqualTo(503);
            assertThat(model.body()).isEqualTo("{\"name\":\"slow\",\"ready\":false}");
            gate.countDown();
            assertThat(server.awaitReady(Duration.ofMinutes(1))).isTrue();
            assertThat(get(server, "/v2/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(server, "/v2/models/slow/ready").statusCode()).isEqualTo(200);
            assertThat(get(server, "/v2/models/absent/ready").statusCode()).isEqualTo(404);
        } finally {
            gate.countDown();
            assertThat(server.stop()).isTrue();
        }
    }

    @Test
    void aStartThatFindsItsPortTakenEndsWhatItBegan() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServerOptions.Network network = new ServerOptions.Network(
                    "127.0.0.1", taken.getLocalPort(), 0, Duration.ofSeconds(30), Duration.ofSeconds(30));
            assertThatThrownBy(() -> SlipwayServer.start(new ServerOptions(
                            FileSystemSource.Options.of(SlipwayExtension.examples()),
                            Map.of(),
                            network,
                            ServerOptions.Resources.ofThisMachine())))
                    .hasMessageContaining("in use");
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().matches("slipway-(source|manager|load|compute).*")) {
                thread.join(60_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    /** The audit log is one server's alone: another in the same process can only have it once it was let go. */
    @Test
    void aStartThatFailsLetsGoOfWhatItHadOpened() throws Exception {
        Path access = Files.writeString(
                folder.resolve("access.yaml"),
                "anonymous: admin\naudit: {folder: %s}\n".formatted(folder.resolve("audit")));
        ServerOptions.Network network = ServerOptions.Network.ANY_FREE_PORT;
        ServerOptions options = new ServerOptions(
                        FileSystemSource.Options.of(SlipwayExtension.examples()),
                        Map.of(),
                        network,
                        ServerOptions.Resources.ofThisMachine())
                .withCallers(new StartConfig.Callers(access.toString(), null));
        TlsSettings noCertificate = new TlsSettings(
                new TlsSettings.PemFiles(folder.resolve("none.pem"), folder.resolve("none.key"), null),
                TlsSettings.Clients.NONE,
                TlsSettings.RELOAD_INTERVAL);
        ServerOptions.Batching noParameters =
                new ServerOptions.Batching(ServerOptions.Batching.Wish.NONE, folder.resolve("none.txt"), Duration.ZERO);
        for (ServerOptions broken :
                List.of(options.withNetwork(network.withTls(noCertificate)), options.withBatching(noParameters))) {
            assertThatThrownBy(() -> SlipwayServer.start(broken)).hasMessageContaining("none.");
        }
        assertThat(SlipwayServer.start(options).stop()).isTrue();
    }

    @Test
    void aFurtherPortThatSomebodyElseHasIsDoneWithout() throws Exception {
        ServerOptions options = new ServerOptions(
                FileSystemSource.Options.of(SlipwayExtension.examples()),
                Map.of(),
                ServerOptions.Network.ANY_FREE_PORT.withMore(List.of(
                        new MorePort(PortKind.INFERENCE, "--inference_port", 0),
                        new MorePort(PortKind.MANAGEMENT, "--management_port", 0))),
                ServerOptions.Resources.ofThisMachine());
        SlipwayServer first = SlipwayServer.start(options);
        try {
            List<Integer> more = first.morePorts();
            assertThat(more).hasSize(2).doesNotHaveDuplicates();
            for (int port : more) {
                // More connections than event loops: each of them listens.
                for (int connection = 0; connection < 8; connection++) {
                    assertThat(get(port, "/v2/health/live").statusCode()).isEqualTo(200);
                }
            }
            List<MorePort> taken = List.of(
                    new MorePort(PortKind.INFERENCE, "--inference_port", more.get(0)),
                    new MorePort(PortKind.MANAGEMENT, "--management_port", 0));
            SlipwayServer second =
                    SlipwayServer.start(options.withNetwork(options.network().withMore(taken)));
            try {
                assertThat(second.morePorts()).hasSize(1).doesNotContainAnyElementsOf(more);
                assertThat(get(second, "/v2/health/live").statusCode()).isEqualTo(200);
                StringWriter said = new StringWriter();
                new Banner(second, new PrintWriter(said)).print(Instant.now());
                assertThat(said.toString())
                        .contains("(gRPC too), and on " + second.morePorts().get(0));
            } finally {
                assertThat(second.stop()).isTrue();
            }
        } finally {
            assertThat(first.stop()).isTrue();
        }
    }

    private static HttpResponse<String> get(SlipwayServer server, String path) throws Exception {
        return get(server.restPort(), path);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}

package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.client.Identity;
import dev.slipway.client.SlipwayClient;
import dev.slipway.conformance.ConformanceCommand;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.protocol.proto.inference.ServerReadyRequest;
import dev.slipway.protocol.proto.inference.ServerReadyResponse;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelStatusRequest;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelStatusResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.tls.Certificates;
import dev.slipway.server.tls.TlsSettings;
import dev.slipway.server.tls.TlsSettings.Clients;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole server with TLS, as its clients see it. */
class TlsServingTest {
    @TempDir
    Path folder;

    private final Certificates certificates = new Certificates("ours");

    private static SlipwayServer start(TlsSettings.Source source, Clients clients) {
        SlipwayServer server = SlipwayServer.start(new ServerOptions(
                FileSystemSource.Options.of(SlipwayExtension.examples()),
                Map.of(),
                ServerOptions.Network.ANY_FREE_PORT.withTls(
                        new TlsSettings(source, clients, TlsSettings.RELOAD_INTERVAL)),
                ServerOptions.Resources.ofThisMachine()));
        assertThat(server.awaitReady(Duration.ofSeconds(60))).isTrue();
        return server;
    }

    private HttpResponse<String> get(int port, String path, @Nullable X509Bundle own) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(certificates.trusting(own))
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:%d%s".formatted(port, path)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyProtocolIsServedOnEachPort() throws Exception {
        SlipwayServer server = start(certificates.write(folder, certificates.server("a")), Clients.REQUIRED);
        X509Bundle own = certificates.client("ada");
        try {
            for (int port : new int[] {server.grpcPort(), server.restPort()}) {
                assertThat(get(port, "/v1/models", own).statusCode()).isEqualTo(200);
                assertThat(get(port, "/metrics", own).body())
                        .containsPattern("slipway_certificate_remaining_seconds [1-9]")
                        .contains("slipway_certificate_faults 0.0");
                assertThatThrownBy(() -> get(port, "/v1/models", null)).isInstanceOf(IOException.class);
                try (GrpcClient client = GrpcClient.secure(port, certificates.authority(), own)) {
                    String model = server.statuses().firstKey();
                    GetModelStatusRequest ofModel = GetModelStatusRequest.newBuilder()
                            .setModelSpec(ModelSpec.newBuilder().setName(model))
                            .build();
                    assertThat(client.call(
                                            "tensorflow.serving.ModelService/GetModelStatus",
                                            ofModel,
                                            GetModelStatusResponse.getDefaultInstance())
                                    .getModelVersionStatusCount())
                            .isPositive();
                    assertThat(client.call(
                                            "inference.GRPCInferenceService/ServerReady",
                                            ServerReadyRequest.getDefaultInstance(),
                                            ServerReadyResponse.getDefaultInstance())
                                    .getReady())
                            .isTrue();
                }
            }
            StringWriter said = new StringWriter();
            new Banner(server, new PrintWriter(said)).print(Instant.now());
            assertThat(said.toString())
                    .contains(
                            "every protocol on https://localhost:" + server.restPort(),
                            "--cacert \"$SLIPWAY_CA\" --cert \"$SLIPWAY_CERTIFICATE\" --key \"$SLIPWAY_KEY\" https:")
                    .doesNotContain("x-api-key");
        } finally {
            assertThat(server.stop()).isTrue();
        }
    }

    @Test
    void aCertificateIsReadAtOnceWhenAskedFor() throws Exception {
        SlipwayServer server = start(certificates.write(folder, certificates.server("a")), Clients.NONE);
        X509Bundle next = certificates.server("b");
        try {
            certificates.write(folder, next);
            server.lookAgain();
            HttpResponse<String> answer = get(server.restPort(), "/v2/health/live", null);
            assertThat(answer.sslSession().orElseThrow().getPeerCertificates()[0])
                    .isEqualTo(next.getCertificate());
        } finally {
            server.stop();
        }
    }

    @Test
    void theConformanceSuiteShowsACertificateToo() throws Exception {
        TlsSettings.PemFiles files = certificates.write(folder, certificates.server("a"));
        SlipwayServer server = start(files, Clients.REQUIRED);
        X509Bundle own = certificates.client("ada");
        String address = "https://localhost:" + server.restPort();
        String ca = String.valueOf(files.clientCa());
        String certificate = Files.writeString(folder.resolve("own.pem"), own.getCertificatePathPEM())
                .toString();
        String key = Files.writeString(folder.resolve("own.key"), own.getPrivateKeyPEM())
                .toString();
        try {
            StringWriter out = new StringWriter();
            int code = conformance(out, address, "--ca", ca, "--certificate", certificate, "--key", key);
            assertThat(code).as(out.toString()).isZero();
            assertThat(out.toString()).containsPattern("open-inference +2 ");
            assertThat(conformance(out, address, "--ca", ca)).isNotZero();
            assertThat(conformance(out, address)).isEqualTo(2);
        } finally {
            server.stop();
        }
    }

    private static int conformance(StringWriter out, String... arguments) {
        return new CommandLine(new ConformanceCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--case", "v2-rest-live", "--case", "v2-grpc-server-metadata"))
                        .toArray(String[]::new));
    }

    @Test
    void aFileOfTensorFlowServingsIsHonoured() throws Exception {
        Path file = Files.writeString(folder.resolve("ssl.config"), sslConfig(certificates.server("a")));
        SlipwayServer server = start(new TlsSettings.SslConfigFile(file), Clients.NONE);
        try {
            assertThat(get(server.restPort(), "/v2/health/ready", certificates.client("ada"))
                            .statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(server.restPort(), "/v2/health/ready", null))
                    .isInstanceOf(IOException.class);
        } finally {
            server.stop();
        }
    }

    private String sslConfig(X509Bundle server) {
        return "server_key: %s\nserver_cert: %s\ncustom_ca: %s\nclient_verify: true\n"
                .formatted(
                        quoted(server.getPrivateKeyPEM()),
                        quoted(server.getCertificatePathPEM()),
                        quoted(certificates.authority().getCertificatePEM()));
    }

    private static String quoted(String pem) {
        return '"' + pem.replace("\n", "\\n") + '"';
    }

    private SlipwayClient client(int port, @Nullable Path ca, @Nullable X509Bundle own) throws IOException {
        Path certificate = null;
        Path key = null;
        if (own != null) {
            certificate = Files.writeString(folder.resolve("client.pem"), own.getCertificatePathPEM());
            key = Files.writeString(folder.resolve("client-key.pem"), own.getPrivateKeyPEM());
        }
        return new SlipwayClient(
                URI.create("https://localhost:" + port),
                Duration.ofSeconds(30),
                new Identity(ca, certificate, key, null));
    }

    @Test
    void theClientShowsItsCertificateAndSaysWhatIsWrong() throws IOException {
        SlipwayServer server = start(certificates.write(folder, certificates.server("a")), Clients.REQUIRED);
        Path ca = folder.resolve("ca.pem");
        int port = server.restPort();
        try {
            assertThat(client(port, ca, certificates.client("ada")).models()).isNotEmpty();
            assertThatThrownBy(() -> client(port, null, null).models())
                    .isInstanceOf(SlipwayException.class)
                    .hasMessageContaining("the certificate of https://localhost:%d is not trusted: ".formatted(port))
                    .hasMessageContaining("--ca FILE");
            assertThatThrownBy(() -> client(port, ca, null).models())
                    .isInstanceOf(SlipwayException.class)
                    .hasMessageContaining("https://localhost:" + port);
            assertThatThrownBy(() ->
                            new SlipwayClient(URI.create("http://localhost:" + port), Duration.ofSeconds(30)).models())
                    .hasMessageContaining("this port speaks TLS (expected: https://");
            assertThatThrownBy(() -> client(port, folder.resolve("absent.pem"), null))
                    .hasMessageContaining("ca " + folder.resolve("absent.pem") + " is not there");
            assertThatThrownBy(() -> new Identity(null, ca, null, null)).hasMessageContaining("without a key");
        } finally {
            server.stop();
        }
    }

    @Test
    void theClientSaysWhereThereIsNoTls() throws IOException {
        SlipwayServer plain = SlipwayServer.start(new ServerOptions(
                FileSystemSource.Options.of(SlipwayExtension.examples()),
                Map.of(),
                ServerOptions.Network.ANY_FREE_PORT,
                ServerOptions.Resources.ofThisMachine()));
        try {
            assertThatThrownBy(() -> client(plain.restPort(), null, null).models())
                    .hasMessageContaining("no TLS with https://localhost:" + plain.restPort());
        } finally {
            plain.stop();
        }
    }

    @Test
    void aCertificateThatDoesNotFitIsNoServer() throws IOException {
        TlsSettings.PemFiles files = certificates.write(folder, certificates.server("a"));
        Files.writeString(files.key(), certificates.server("b").getPrivateKeyPEM());
        assertThatThrownBy(() -> start(files, Clients.NONE))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("does not belong to certificate ");
    }
}

package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.access.key.KeyEditor;
import dev.slipway.access.key.KeyRights;
import dev.slipway.access.key.Lifetime;
import dev.slipway.protocol.proto.inference.ModelReadyRequest;
import dev.slipway.protocol.proto.inference.ModelReadyResponse;
import dev.slipway.protocol.proto.inference.RepositoryModelUnloadRequest;
import dev.slipway.protocol.proto.inference.RepositoryModelUnloadResponse;
import dev.slipway.server.Await;
import dev.slipway.server.GrpcClient;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.StartConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Callers with keys and tokens, through the ports of a whole server. */
@Timeout(120)
class KnownCallersTest {
    private static final String ROWS = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";
    private static final String PREDICT = "/v1/models/iris:predict";

    @TempDir
    Path folder;

    private RSAKey key;
    private HttpServer issuer;

    /** Its keys are not told before this is open. */
    private final CountDownLatch isAnswering = new CountDownLatch(1);

    @RegisterExtension
    final SlipwayExtension slipway = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withCallers(new StartConfig.Callers(files(), null)));

    private String files() {
        try {
            key = new RSAKeyGenerator(2048).keyID("one").generate();
            issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            issuer.setExecutor(Executors.newCachedThreadPool());
            issuer.createContext("/jwks", exchange -> {
                try {
                    isAnswering.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                byte[] body = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            issuer.start();
            Files.writeString(keys(), "");
            return Files.writeString(folder.resolve("access.yaml"), """
                            keys: keys.txt
                            audit: {folder: audit}
                            issuers:
                              - issuer: https://issuer.example
                                audiences: [slipway]
                                jwks: http://127.0.0.1:%d/jwks
                            roles:
                              irises:
                                - {models: iris, actions: [predict]}
                            members:
                              token:alice: [irises]
                              group:ml: [deployer]
                            """.formatted(
                                    issuer.getAddress().getPort()))
                    .toString();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Path keys() {
        return folder.resolve("keys.txt");
    }

    @AfterEach
    void stop() {
        isAnswering.countDown();
        issuer.stop(0);
    }

    private String create(String name, String role) throws IOException {
        KeyRights rights = new KeyRights(Set.of(role), Set.of(), Set.of());
        return new KeyEditor(keys()).create(name, rights, new Lifetime(Instant.now(), null, null), new SecureRandom());
    }

    private String token(String subject, String... groups) throws Exception {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer("https://issuer.example")
                .audience("slipway")
                .subject(subject)
                .claim("groups", List.of(groups))
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
                .build();
        SignedJWT signed = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), claims);
        signed.sign(new RSASSASigner(key));
        return signed.serialize();
    }

    private HttpRequest.Builder predict(String header, String value) {
        return HttpRequest.newBuilder(slipway.uri(PREDICT))
                .header("Content-Type", "application/json")
                .header(header, value)
                .POST(BodyPublishers.ofString(ROWS));
    }

    private int status(String header, String value) {
        return slipway.send(predict(header, value)).statusCode();
    }

    private Status.Code ready(String header, String value, String model) {
        GrpcClient client = slipway.grpc().with(header, value);
        try {
            client.call(
                    "inference.GRPCInferenceService/ModelReady",
                    ModelReadyRequest.newBuilder().setName(model).build(),
                    ModelReadyResponse.getDefaultInstance());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void keysThatComeAndGoCountWithoutARestart() throws IOException {
        assertThat(slipway.post(PREDICT, ROWS).statusCode()).isEqualTo(401);
        String caller = create("app", "caller");
        String reader = create("dashboard", "reader");
        Await.until(() -> status("X-API-Key", caller) == 200, "the new key is known");
        assertThat(status("Authorization", "Bearer " + caller)).isEqualTo(200);
        assertThat(ready("x-api-key", caller, "iris")).isEqualTo(Status.Code.OK);

        HttpResponse<String> denied = slipway.send(predict("X-API-Key", reader));
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body()).contains("'key:dashboard' may not predict any model");
        assertThat(ready("x-api-key", reader, "iris")).isEqualTo(Status.Code.OK);
        assertThat(status("X-API-Key", caller.substring(0, caller.length() - 1) + "x"))
                .isEqualTo(401);
        assertThat(ready("x-api-key", "nonsense", "iris")).isEqualTo(Status.Code.UNAUTHENTICATED);

        new KeyEditor(keys()).withdraw(caller.split("_")[1], Instant.now());
        Await.until(() -> status("X-API-Key", caller) == 401, "the key is withdrawn");
        assertThat(slipway.send(predict("X-API-Key", caller)).body()).contains("withdrawn");
    }

    @Test
    void tokensAreKnownByTheirIssuersKeysAndGroups() throws Exception {
        isAnswering.countDown();
        assertThat(status("Authorization", "Bearer " + token("alice"))).isEqualTo(200);
        assertThat(status("Authorization", "Bearer " + token("bob"))).isEqualTo(403);
        assertThat(status("Authorization", "Bearer " + token("carol", "ml"))).isEqualTo(200);
        assertThat(ready("authorization", "Bearer " + token("alice"), "iris")).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(ready("authorization", "Bearer " + token("carol", "ml"), "iris"))
                .isEqualTo(Status.Code.OK);
        String good = token("alice");
        for (int cut = 0; cut < good.length(); cut += 7) {
            assertThat(status("Authorization", "Bearer " + good.substring(0, cut)))
                    .as("cut at %d", cut)
                    .isEqualTo(401);
        }
    }

    @Test
    void anIssuerThatHangsHoldsUpNobodyElse() throws Exception {
        String caller = create("app", "caller");
        Await.until(() -> status("X-API-Key", caller) == 200, "the new key is known");
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int at = 0; at < 32; at++) {
            waiting.add(slipway.sendLater(predict("Authorization", "Bearer " + token("alice" + at, "ml"))));
        }
        // More than there are event loops.
        for (int at = 0; at < 64; at++) {
            assertThat(status("X-API-Key", caller)).isEqualTo(200);
            assertThat(slipway.get("/v2/health/live").statusCode()).isEqualTo(200);
        }
        isAnswering.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : waiting) {
            // Those that waited too long are told so, and to come again.
            assertThat(answer.get().statusCode()).isIn(200, 503);
        }
        Await.until(() -> statusOfToken() == 200, "tokens are known once the issuer answers");
    }

    @Test
    void whoDidWhatIsTakenDown() throws IOException {
        String deployer = create("ci", "deployer");
        Await.until(() -> status("X-API-Key", deployer) == 200, "the new key is known");
        HttpRequest.Builder unload = HttpRequest.newBuilder(slipway.uri("/v2/repository/models/iris/unload?secret=1"))
                .header("X-API-Key", deployer)
                .POST(BodyPublishers.ofString("{}"));
        assertThat(slipway.send(unload).statusCode()).isEqualTo(200);
        // It is on disk before it is done.
        assertThat(log())
                .contains("\"principal\":\"key:ci\"", "\"deploy\"", "/v2/repository/models/iris/unload", "127.0.0.1")
                .doesNotContain("secret");
        assertThatThrownBy(() -> slipway.grpc()
                        .with("x-api-key", deployer)
                        .call(
                                "inference.GRPCInferenceService/RepositoryModelUnload",
                                RepositoryModelUnloadRequest.newBuilder()
                                        .setModelName("nowhere")
                                        .build(),
                                RepositoryModelUnloadResponse.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class);
        assertThat(status("X-API-Key", deployer + "x")).isEqualTo(401);
        HttpResponse<String> refused = slipway.get("/slipway/v1/config");
        assertThat(refused.statusCode()).isEqualTo(401);
        Await.until(
                () -> log().contains("RepositoryModelUnload")
                        && log().contains("the API key is not known")
                        && log().contains("/slipway/v1/config"),
                "refusals are taken down");
        assertThat(log()).contains("\"nowhere\"").doesNotContain(deployer);
        assertThat(log().lines().filter(line -> line.contains("/slipway/v1/config")))
                .singleElement()
                .asString()
                .as("the answer's id, which the client did not say")
                .contains("\"request_id\":\"%s\""
                        .formatted(refused.headers().firstValue("x-request-id").orElse("none")));
        // Those who only ask models are not.
        assertThat(log()).doesNotContain("\"predict\",\"model\":\"iris\",\"outcome\":\"allowed\"");
    }

    /** What the log holds now. */
    private String log() {
        try (Stream<Path> files = Files.list(folder.resolve("audit"))) {
            StringBuilder all = new StringBuilder();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int statusOfToken() {
        try {
            return status("Authorization", "Bearer " + token("alice"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

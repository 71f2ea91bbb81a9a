package dev.slipway.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.slipway.access.key.KeyEditor;
import dev.slipway.access.key.KeyRights;
import dev.slipway.access.key.Lifetime;
import dev.slipway.protocol.proto.inference.ModelReadyRequest;
import dev.slipway.protocol.proto.inference.ModelReadyResponse;
import dev.slipway.server.Await;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.StartConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and keys that are nearly good, through both front doors of a whole server. */
@Tag("hostile")
@Timeout(300)
class ForgedCredentialsTest {
    private static final String PREDICT = "/v1/models/iris:predict";
    private static final String ROWS = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";
    private static final RSAKey OURS = key("one");
    private static final RSAKey OTHERS = key("one");

    @TempDir
    Path folder;

    @RegisterExtension
    final SlipwayExtension slipway = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withCallers(new StartConfig.Callers(rules(), null)));

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String rules() {
        try {
            Files.writeString(folder.resolve("keys.txt"), "");
            Files.writeString(folder.resolve("jwks.json"), new JWKSet(OURS.toPublicJWK()).toString());
            return Files.writeString(folder.resolve("access.yaml"), """
                            keys: keys.txt
                            issuers:
                              - {issuer: https://issuer.example, audiences: [slipway], jwks: jwks.json, clock_skew: 0s}
                            members:
                              token:alice: [caller]
                            """).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://issuer.example")
                .audience("slipway")
                .subject("alice")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))));
    }

    private static String signed(JWSHeader.Builder header, RSAKey key, JWTClaimsSet.Builder claims) {
        try {
            SignedJWT token = new SignedJWT(header.build(), claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one");
    }

    private static String good() {
        return signed(header(), OURS, claims());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A good signature over claims that the library would not write. */
    private static String signedText(String header, String claims) {
        try {
            String text = base64(header) + "." + base64(claims);
            return text + "." + new RSASSASigner(OURS).sign(header().build(), text.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String claims(String more) {
        return "{\"iss\":\"https://issuer.example\",\"aud\":\"slipway\",\"exp\":%d%s}"
                .formatted(Instant.now().plusSeconds(300).getEpochSecond(), more);
    }

    private static Map<String, String> forged() throws Exception {
        String rs256 = "{\"alg\":\"RS256\",\"kid\":\"one\"}";
        String[] parts = good().split("\\.");
        Map<String, String> all = new LinkedHashMap<>();
        for (String none : new String[] {"none", "None", "NONE", "nOnE", ""}) {
            String start = base64("{\"alg\":\"%s\"}".formatted(none)) + "." + parts[1] + ".";
            all.put("alg '%s', no signature".formatted(none), start);
            all.put("alg '%s', with a signature".formatted(none), start + parts[2]);
        }
        SignedJWT confused = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        confused.sign(new MACSigner(OURS.toRSAPublicKey().getEncoded()));
        all.put("HS256 with the public key", confused.serialize());
        all.put("another's key", signed(header(), OTHERS, claims()));
        for (String id :
                new String[] {"two", "", "../../etc/passwd", "one' or '1'='1", "one\u0000", "http://a/", "/dev/null"}) {
            all.put("kid " + id, signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id), OTHERS, claims()));
        }
        all.put("no kid", signed(new JWSHeader.Builder(JWSAlgorithm.RS256), OTHERS, claims()));
        all.put("jwk", signed(header().jwk(OTHERS.toPublicJWK()), OTHERS, claims()));
        all.put("jku", signed(header().jwkURL(URI.create("http://127.0.0.1:1/jwks")), OTHERS, claims()));
        all.put("x5u", signed(header().x509CertURL(URI.create("http://127.0.0.1:1/x")), OTHERS, claims()));
        all.put(
                "crit",
                signedText(
                        "{\"alg\":\"RS256\",\"kid\":\"one\",\"crit\":[\"x\"],\"x\":1}", claims(",\"sub\":\"alice\"")));
        all.put("another's audience", signed(header(), OURS, claims().audience("others")));
        all.put("no audience", signed(header(), OURS, claims().audience((String) null)));
        all.put("another issuer", signed(header(), OURS, claims().issuer("https://issuer.example/")));
        all.put("no issuer", signed(header(), OURS, claims().issuer(null)));
        all.put(
                "expired",
                signed(header(), OURS, claims().expirationTime(new Date(System.currentTimeMillis() - 2000))));
        all.put("never expires", signed(header(), OURS, claims().expirationTime(null)));
        all.put(
                "not yet",
                signed(header(), OURS, claims().notBeforeTime(new Date(System.currentTimeMillis() + 60_000))));
        all.put("no subject", signed(header(), OURS, claims().subject(null)));
        all.put(
                "another type",
                signed(header().type(new com.nimbusds.jose.JOSEObjectType("logout+jwt")), OURS, claims()));
        all.put("a subject twice", signedText(rs256, claims(",\"sub\":\"bob\",\"sub\":\"alice\"")));
        all.put("an end twice", signedText(rs256, claims(",\"sub\":\"alice\",\"exp\":99999999999")));
        all.put("deep claims", signedText(rs256, claims(",\"sub\":" + "[".repeat(2000) + "]".repeat(2000))));
        all.put("an endless number", signedText(rs256, claims(",\"sub\":\"alice\",\"nbf\":1e999999999")));
        all.put("a subject that is a list", signedText(rs256, claims(",\"sub\":[\"alice\"]")));
        all.put("a line in the subject", signedText(rs256, claims(",\"sub\":\"alice\\n\"")));
        all.put("an encrypted one", String.join(".", parts) + "." + parts[1] + "." + parts[2]);
        all.put("more behind", good() + "A");
        all.put("twice", good() + "," + good());
        all.put("another's signature", parts[0] + "." + parts[1] + "." + good().substring(0, 10));
        return all;
    }

    private int rest(String header, String value) {
        return slipway.send(HttpRequest.newBuilder(slipway.uri(PREDICT))
                        .header(header, value)
                        .POST(BodyPublishers.ofString(ROWS)))
                .statusCode();
    }

    private Status.Code grpc(String header, String value) {
        try {
            slipway.grpc()
                    .with(header.toLowerCase(java.util.Locale.ROOT), value)
                    .call(
                            "inference.GRPCInferenceService/ModelReady",
                            ModelReadyRequest.newBuilder().setName("iris").build(),
                            ModelReadyResponse.getDefaultInstance());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private void isRefused(String what, String header, String value) {
        assertThat(rest(header, value)).as(what).isEqualTo(401);
        assertThat(grpc(header, value)).as(what).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    private void isGood(String header, String value) {
        assertThat(rest(header, value)).isEqualTo(200);
        assertThat(grpc(header, value)).isEqualTo(Status.Code.OK);
    }

    @Test
    void forgedTokensAreRefusedAndGoodOnesGoOn() throws Exception {
        String good = good();
        isGood("Authorization", "Bearer " + good);
        forged().forEach((what, token) -> isRefused(what, "Authorization", "Bearer " + token));
        // Beyond 8 KiB for the gate, and beyond what a head may have for the transport.
        assertThat(rest("Authorization", "Bearer " + good + "A".repeat(9_000))).isIn(401, 431);
        assertThat(rest("Authorization", "Bearer " + good + "A".repeat(20_000))).isIn(401, 431);
        isGood("Authorization", "Bearer " + good);
    }

    @Test
    void noBitOfATokenMayTurn() {
        String good = good();
        Random random = new Random(7);
        for (int at = 0; at < good.length(); at++) {
            char[] turned = good.toCharArray();
            turned[at] ^= (char) (1 << random.nextInt(6));
            boolean fitsIntoAHeader = turned[at] > ' ' && turned[at] < 127;
            if (fitsIntoAHeader) {
                String value = "Bearer " + new String(turned);
                assertThat(rest("Authorization", value)).as(value).isEqualTo(401);
                assertThat(at % 8 != 0 || grpc("Authorization", value) == Status.Code.UNAUTHENTICATED)
                        .as(value)
                        .isTrue();
            }
        }
    }

    @Test
    void aTokenEndsAlsoForThoseWhoShowedItBefore() {
        String brief = signed(
                header(), OURS, claims().expirationTime(Date.from(Instant.now().plusSeconds(4))));
        assertThat(rest("Authorization", "Bearer " + brief)).isEqualTo(200);
        Await.until(() -> rest("Authorization", "Bearer " + brief) == 401, "it expires");
        isRefused("replayed", "Authorization", "Bearer " + brief);
    }

    private String create(Instant expires) throws IOException {
        KeyRights rights = new KeyRights(Set.of("caller"), Set.of(), Set.of());
        return new KeyEditor(folder.resolve("keys.txt"))
                .create("app", rights, new Lifetime(Instant.now().minusSeconds(60), expires, null), new SecureRandom());
    }

    @Test
    void keysThatAreNearlyGoodAreRefused() throws Exception {
        String key = create(null);
        String other = create(null);
        String expired = create(Instant.now().minusSeconds(30));
        Await.until(() -> rest("X-API-Key", key) == 200, "the key is known");
        isGood("X-API-Key", key);
        Map<String, UnaryOperator<String>> changes = new LinkedHashMap<>();
        changes.put("its start", text -> text.substring(0, 20));
        changes.put("its end", text -> text.substring(8));
        changes.put("without the last", text -> text.substring(0, text.length() - 1));
        changes.put("one more", text -> text + "A");
        changes.put("other letters", String::toUpperCase);
        changes.put("its hash", text -> "slipway_" + text.split("_")[1]);
        changes.put("another's secret", text -> text.substring(0, 21) + other.substring(21));
        changes.put("no key", text -> "*");
        changes.forEach((what, change) -> isRefused(what, "X-API-Key", change.apply(key)));
        isRefused("expired", "X-API-Key", expired);
        new KeyEditor(folder.resolve("keys.txt")).withdraw(key.split("_")[1], Instant.now());
        Await.until(() -> rest("X-API-Key", key) == 401, "it is withdrawn");
        isRefused("withdrawn", "X-API-Key", key);
        isGood("X-API-Key", other);
    }
}

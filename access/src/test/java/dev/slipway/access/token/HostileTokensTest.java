package dev.slipway.access.token;

import static dev.slipway.access.token.TestTokens.ISSUER;
import static dev.slipway.access.token.TestTokens.START;
import static dev.slipway.access.token.TestTokens.claims;
import static dev.slipway.access.token.TestTokens.shows;
import static dev.slipway.access.token.TestTokens.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that somebody made who should not get in. */
@Tag("hostile")
class HostileTokensTest {
    private static final RSAKey KEY = TestTokens.rsa("one");
    private static final RSAKey EVIL = TestTokens.rsa("one");
    private static final String GOOD = sign(KEY, JWSAlgorithm.RS256, claims());

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private Tokens tokens;

    @BeforeEach
    void trust() throws IOException {
        trust(TestTokens.set(KEY));
    }

    private void trust(String keys) throws IOException {
        Path file = Files.writeString(folder.resolve("keys.json"), keys);
        tokens = new Tokens(List.of(new TokenIssuer(ISSUER, KeySource.file(file), Set.of("slipway"))), now::get);
    }

    private void refuses(String token, String message) {
        assertThatThrownBy(() -> tokens.authenticate(shows(token)))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                .hasMessageContaining("the token is refused: " + message);
    }

    private static String part(String json) {
        return Base64URL.encode(json).toString();
    }

    @Test
    void aGoodOneGetsIn() {
        assertThat(tokens.authenticate(shows(GOOD)).name()).isEqualTo("token:alice");
    }

    @Test
    void expiredOnesAndThoseOfTomorrowAreRefusedBeyondTheSkew() {
        String token = sign(
                KEY,
                JWSAlgorithm.RS256,
                claims().notBeforeTime(Date.from(START)).expirationTime(Date.from(START.plusSeconds(600))));
        now.set(START.minusSeconds(61));
        refuses(token, "it is good only from 2026-11-22T04:30:00Z");
        now.set(START.minusSeconds(60));
        assertThat(tokens.authenticate(shows(token)).name()).isEqualTo("token:alice");
        now.set(START.plusSeconds(659));
        assertThat(tokens.known(shows(token))).isNotNull();
        now.set(START.plusSeconds(660));
        assertThat(tokens.known(shows(token))).isNull();
        refuses(token, "it expired at 2026-11-22T04:40:00Z");
    }

    @Test
    void othersAudiencesAndIssuersAreRefused() {
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().audience("billing")), "it is for another audience");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().audience(List.of())), "it is for another audience");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().issuer(ISSUER + "/")), "its issuer is not trusted here");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().issuer(null)), "its issuer is not trusted here");
    }

    @Test
    void tokensThatLackWhatIsNeededAreRefused() {
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().expirationTime(null)), "it never expires");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().subject(null)), "it has no subject");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().subject("")), "its sub is no name");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().subject("a\nroot logged in")), "its sub is no name");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().subject("a\u202eb")), "its sub is no name");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().subject("a".repeat(257))), "its sub is no name");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().claim("groups", 7)), "its groups is no name");
        refuses(sign(KEY, JWSAlgorithm.RS256, claims().claim("exp", "never")), "its exp is no time");
    }

    @Test
    void noSignatureIsNotAsGoodAsOne() {
        String payload = GOOD.split("\\.")[1];
        for (String none : List.of("none", "None", "NONE", "nOnE")) {
            refuses(part("{\"alg\":\"" + none + "\"}") + "." + payload + ".", "its signature is no base64url");
            refuses(part("{\"alg\":\"" + none + "\"}") + "." + payload + ".AAAA", "its alg is another");
        }
        refuses(part("{}") + "." + payload + ".AAAA", "its alg is another");
        refuses(part("{\"alg\":[\"RS256\"]}") + "." + payload + ".AAAA", "its alg is another");
    }

    @Test
    void thePublicKeyIsNoSecretToSignWith() throws Exception {
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(KEY.toRSAPublicKey().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (byte[] secret :
                List.of(pem, KEY.toRSAPublicKey().getEncoded(), KEY.getModulus().decode())) {
            refuses(
                    sign(
                            new MACSigner(secret),
                            new JWSHeader.Builder(JWSAlgorithm.HS256)
                                    .keyID("one")
                                    .build(),
                            claims().build()),
                    "its alg is another");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two",
                "../../../../etc/passwd",
                "file:///etc/passwd",
                "http://127.0.0.1:1/keys",
                "' OR 1=1 --",
                "\u0000",
                "one\u0000",
                ""
            })
    void aKeyIdLeadsNowhere(String id) {
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id);
        refuses(sign(new DefaultJWSSignerFactory(), KEY, header, claims()), "its key is not one of its issuer's");
    }

    @Test
    void keysThatATokenBringsAreNotLookedAt() throws Exception {
        try (FakeIssuer evil = new FakeIssuer(FakeIssuer.text(200, TestTokens.set(EVIL)))) {
            JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID("one")
                    .jwk(EVIL.toPublicJWK())
                    .jwkURL(evil.at("/keys"))
                    .x509CertURL(evil.at("/certificate"));
            refuses(sign(new DefaultJWSSignerFactory(), EVIL, header, claims()), "its signature is not its issuer's");
            assertThat(evil.asked).hasValue(0);
            // Where the issuer did sign it, they do no harm.
            assertThat(tokens.authenticate(shows(sign(new DefaultJWSSignerFactory(), KEY, header, claims()))))
                    .isNotNull();
            assertThat(evil.asked).hasValue(0);
        }
    }

    @Test
    void aTokenCutAnywhereIsRefused() {
        for (int at = 0; at < GOOD.length(); at++) {
            refuses(GOOD.substring(0, at), "");
            refuses(GOOD.substring(GOOD.length() - at), "");
        }
    }

    @Test
    void aTokenWithAnyBitTurnedIsRefused() {
        tokens.authenticate(shows(GOOD));
        for (int at = 0; at < GOOD.length(); at++) {
            for (int bit = 0; bit < 8; bit++) {
                char other = (char) (GOOD.charAt(at) ^ 1 << bit);
                String turned = GOOD.substring(0, at) + other + GOOD.substring(at + 1);
                assertThat(tokens.known(shows(turned))).isNull();
                refuses(turned, "");
            }
        }
    }

    @Test
    void aTokenWithMoreIsRefused() {
        for (String more : List.of("A", "=", ".", ".A", "\u0000", " A", "%")) {
            refuses(GOOD + more, "");
            refuses(more + GOOD, "");
        }
    }

    @Test
    void hugeTokensAreRefusedUnread() {
        refuses("a".repeat(8193), "it has 8193 characters (expected: at most 8192)");
        assertThatThrownBy(() -> tokens.known(shows("a.b.c".repeat(10_000_000))))
                .hasMessageContaining("characters");
        refuses("a".repeat(8192), "it is no signed JSON Web Token");
        refuses(".".repeat(8192), "it is no signed JSON Web Token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[[[",
                "{\"a\":",
                "{\"alg\":",
                "{\"alg\":{\"a\":",
                "nul",
                "\"",
                "{\"a\":1e999999999,",
                "{\"kid\":[",
                "{,"
            })
    void nestedAndBrokenJsonIsRefused(String start) {
        String json = start.repeat(5_900 / start.length());
        String payload = GOOD.split("\\.")[1];
        refuses(part(json) + "." + payload.substring(0, 4) + ".AAAA", "its header is no JSON object");
        refuses(part("{\"alg\":\"RS256\"}") + "." + part(json) + ".AAAA", "its claims is no JSON object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "7",
                "\"alg\"",
                "[]",
                "{}",
                "{\"alg\":null}",
                "{\"alg\":\"RS256\",\"alg\":\"none\"}",
                "{\"alg\":\"RS256\",\"kid\":7}",
                "{\"alg\":\"RS256\",\"kid\":{}}",
                "{\"alg\":\"RS256\",\"typ\":[]}",
                "{\"alg\":\"RS256\",\"crit\":null}",
                "{\"alg\":\"RS256\",\"b64\":false}",
                "{\"alg\":\"rs256\"}",
                "{\"alg\":\"RS256 \"}",
                "{\"ALG\":\"RS256\"}",
                "{\"alg\":\"dir\",\"enc\":\"A128GCM\"}"
            })
    void headersThatAreNotQuiteRightAreRefused(String header) {
        refuses(part(header) + "." + GOOD.split("\\.")[1] + ".AAAA", "its ");
        refuses(part("{\"alg\":\"RS256\"}") + "." + part(header) + ".AAAA", "its ");
    }

    @Test
    void otherThingsThatAnIssuerSignsAreNoTokens() {
        for (String type : List.of("logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE")) {
            JWSHeader.Builder header =
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").type(new JOSEObjectType(type));
            refuses(sign(new DefaultJWSSignerFactory(), KEY, header, claims()), "its typ is another");
        }
        JWSHeader.Builder critical = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("one")
                .criticalParams(Set.of("exp"))
                .customParam("exp", 1);
        refuses(sign(new DefaultJWSSignerFactory(), KEY, critical, claims()), "its header demands");
    }

    @Test
    void signaturesOfNothingAreRefused() throws Exception {
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        trust(TestTokens.set(ec));
        String signed = sign(ec, JWSAlgorithm.ES256, claims());
        assertThat(tokens.authenticate(shows(signed))).isNotNull();
        String start = signed.substring(0, signed.lastIndexOf('.') + 1);
        refuses(start + Base64URL.encode(new byte[64]), "its signature is not its issuer's");
        refuses(start + Base64URL.encode(new byte[1]), "its signature is not its issuer's");
        refuses(start + Base64URL.encode(new byte[5_000]), "its signature is not its issuer's");
    }

    @Test
    void whatAnotherKeySignedIsRefusedForAsLongAsOneTries() {
        String forged = sign(EVIL, JWSAlgorithm.RS256, claims());
        for (int at = 0; at < 100; at++) {
            now.set(START.plus(Duration.ofSeconds(at)));
            refuses(forged, "its signature is not its issuer's");
        }
    }
}

package dev.slipway.access.token;

import static dev.slipway.access.token.TestTokens.ISSUER;
import static dev.slipway.access.token.TestTokens.START;
import static dev.slipway.access.token.TestTokens.claims;
import static dev.slipway.access.token.TestTokens.shows;
import static dev.slipway.access.token.TestTokens.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.slipway.access.Principal;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of tokens while their issuer changes keys, is slow, broken, or away. */
class IssuerKeysTest {
    private static final RSAKey ONE = TestTokens.rsa("one");
    private static final RSAKey TWO = TestTokens.rsa("two");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private FakeIssuer issuer;
    private Tokens tokens;

    @BeforeEach
    void start() throws IOException {
        issuer = new FakeIssuer(FakeIssuer.text(200, TestTokens.set(ONE)));
        tokens = tokens(new KeysAtUrl(issuer.at("/keys"), new HttpFetch()));
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    private Tokens tokens(KeySource keys) {
        return new Tokens(List.of(new TokenIssuer(ISSUER, keys, Set.of("slipway"))), now::get);
    }

    private static String by(JWK key) {
        return sign(
                key, JWSAlgorithm.RS256, claims().expirationTime(java.util.Date.from(START.plus(Duration.ofDays(1)))));
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
    }

    private void refuses(JWK key, ErrorCode code, String message) {
        assertThatThrownBy(() -> tokens.authenticate(shows(by(key))))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNeedsIt() {
        tokens.authenticate(shows(by(ONE)));
        issuer.answers(FakeIssuer.text(200, TestTokens.set(ONE, TWO)));
        pass(Duration.ofSeconds(10));
        assertThat(tokens.authenticate(shows(by(TWO))).name()).isEqualTo("token:alice");
        assertThat(issuer.asked).hasValue(2);
    }

    @Test
    void randomKeyIdsDoNotBecomeRequests() {
        tokens.authenticate(shows(by(ONE)));
        for (int at = 0; at < 200; at++) {
            RSAKey random = new RSAKey.Builder(TWO).keyID("random" + at).build();
            refuses(random, ErrorCode.UNAUTHENTICATED, "its key is not one of its issuer's");
            pass(Duration.ofMillis(100));
        }
        // 20 seconds.
        assertThat(issuer.asked.get()).isLessThanOrEqualTo(1 + 2);
        tokens.authenticate(shows(by(ONE)));
    }

    @Test
    void aKeyThatTheIssuerWithdrewIsNotGoodAnyMoreNotEvenForTokensThatWereKnown() {
        Principal known = tokens.authenticate(shows(by(ONE)));
        assertThat(tokens.known(shows(by(ONE)))).isSameAs(known);
        issuer.answers(FakeIssuer.text(200, TestTokens.set(TWO)));
        assertThat(tokens.refresh()).isEmpty();
        pass(Duration.ofMinutes(5));
        assertThat(tokens.refresh()).containsExactly(ISSUER);
        assertThat(tokens.known(shows(by(ONE)))).isNull();
        refuses(ONE, ErrorCode.UNAUTHENTICATED, "its key is not one of its issuer's");
        tokens.authenticate(shows(by(TWO)));
    }

    @Test
    void aClockThatIsSetBackKeepsNoNewKeyOut() {
        pass(Duration.ofHours(2));
        assertThat(tokens.authenticate(shows(by(ONE))).name()).isEqualTo("token:alice");
        pass(Duration.ofHours(-2));
        issuer.answers(FakeIssuer.text(200, TestTokens.set(TWO)));
        pass(IssuerKeys.GAP);
        assertThat(tokens.authenticate(shows(by(TWO))).name()).isEqualTo("token:alice");
    }

    @Test
    void keysAreFetchedAheadOfTimeAndTokensStayKnownWhenTheyAreTheSame() {
        assertThat(tokens.refresh()).containsExactly(ISSUER);
        assertThat(tokens.refresh()).isEmpty();
        assertThat(issuer.asked).hasValue(1);
        Principal known = tokens.authenticate(shows(by(ONE)));
        assertThat(issuer.asked).hasValue(1);
        pass(Duration.ofMinutes(5));
        assertThat(tokens.refresh()).isEmpty();
        assertThat(issuer.asked).hasValue(2);
        assertThat(tokens.known(shows(by(ONE)))).isSameAs(known);
    }

    @Test
    void anIssuerThatIsAwayStopsNothingForHoursAndThenAll() {
        tokens.authenticate(shows(by(ONE)));
        issuer.close();
        pass(Duration.ofHours(4));
        assertThatThrownBy(tokens::refresh)
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageEndingWith("; those before stay");
        assertThat(tokens.faults()).containsOnlyKeys(ISSUER);
        assertThat(tokens.known(shows(by(ONE)))).isNotNull();
        pass(Duration.ofMillis(1));
        assertThat(tokens.known(shows(by(ONE)))).isNull();
        refuses(ONE, ErrorCode.UNAVAILABLE, "its issuer's keys can't be had");
    }

    @Test
    void anIssuerThatComesLateIsAskedAgainAndClientsAreToldWhen() {
        issuer.answers(FakeIssuer.text(503, "starting"));
        assertThatThrownBy(() -> tokens.authenticate(shows(by(ONE))))
                .isInstanceOfSatisfying(SlipwayException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                    assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(10));
                });
        assertThat(tokens.faults().get(ISSUER)).contains("status 503 (expected: 200");
        issuer.answers(FakeIssuer.text(200, TestTokens.set(ONE)));
        refuses(ONE, ErrorCode.UNAVAILABLE, "can't be had");
        assertThat(issuer.asked).hasValue(1);
        pass(Duration.ofSeconds(10));
        assertThat(tokens.authenticate(shows(by(ONE)))).isNotNull();
        assertThat(tokens.faults()).isEmpty();
    }

    @Test
    void manyWhoComeAtOnceMakeOneFetch() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        issuer.answers(exchange -> {
            arrived.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            FakeIssuer.text(200, TestTokens.set(ONE)).to(exchange);
        });
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Principal>> all = new ArrayList<>();
            for (int at = 0; at < 8; at++) {
                all.add(threads.submit(() -> tokens.authenticate(shows(by(ONE)))));
            }
            arrived.await();
            // Nobody who may not wait does.
            assertThat(tokens.known(shows(by(ONE)))).isNull();
            go.countDown();
            for (Future<Principal> each : all) {
                assertThat(each.get().name()).isEqualTo("token:alice");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(issuer.asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<!DOCTYPE html><html>Log in</html>", "{\"keys\":{}}", "null", "{\"keys\":[null]}"})
    void answersThatAreNoKeysChangeNothing(String answer) {
        tokens.authenticate(shows(by(ONE)));
        issuer.answers(FakeIssuer.text(200, answer));
        pass(Duration.ofMinutes(5));
        assertThatThrownBy(tokens::refresh).hasMessageContaining("those before stay");
        tokens.authenticate(shows(by(ONE)));
    }

    @Test
    void answersThatNeverEndAreCut() {
        issuer.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = " ".repeat(64 << 10).getBytes();
            for (int at = 0; at < 1_000; at++) {
                exchange.getResponseBody().write(part);
            }
        });
        assertThatThrownBy(tokens::refresh).hasMessageContaining("more than 524288 bytes (expected: at most");
    }

    @Test
    void answersThatComeTooSlowlyAreGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        for (boolean withHeaders : new boolean[] {false, true}) {
            issuer.answers(exchange -> {
                if (withHeaders) {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                }
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            tokens = tokens(new KeysAtUrl(issuer.at("/keys"), new HttpFetch(Duration.ofMillis(300))));
            assertThatThrownBy(tokens::refresh).hasMessageContaining("those before stay");
        }
        never.countDown();
    }

    @Test
    void redirectsAreNotFollowed() {
        issuer.answers(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/keys")) {
                exchange.getResponseHeaders()
                        .add("Location", issuer.at("/others").toString());
                exchange.sendResponseHeaders(302, -1);
            } else {
                FakeIssuer.text(200, TestTokens.set(ONE)).to(exchange);
            }
        });
        assertThatThrownBy(tokens::refresh)
                .hasMessageContaining("status 302 (expected: 200; redirects are not followed)");
        assertThat(issuer.asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"issuer\":\"%s\"}",
                "{\"issuer\":\"%s\",\"jwks_uri\":7}",
                "{\"issuer\":\"%s\",\"jwks_uri\":\"http://keys.example.org/\"}",
                "{\"issuer\":\"%s\",\"jwks_uri\":\"file:///etc/passwd\"}",
                "{\"issuer\":\"%s\",\"jwks_uri\":\"https://a b\"}",
                "{\"issuer\":\"https://other.example.org\",\"jwks_uri\":\"%s/keys\"}"
            })
    void aConfigurationThatIsNotTheIssuersLeadsNowhere(String answer) {
        String name = issuer.at("").toString();
        issuer.answers(FakeIssuer.text(200, answer.replace("%s", name)));
        assertThatThrownBy(() -> KeySource.discovered(name).read()).isInstanceOf(IOException.class);
        assertThat(issuer.asked).hasValue(1);
    }
}

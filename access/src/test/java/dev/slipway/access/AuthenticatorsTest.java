package dev.slipway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticatorsTest {
    private static final Principal KEY = new Principal("key:ci", Set.of(), Set.of());

    /** Knows one key. */
    private static final Authenticator KEYS = new Authenticator() {
        @Override
        public boolean takes(Credentials credentials) {
            return credentials.key() != null;
        }

        @Override
        public Principal known(Credentials credentials) {
            return authenticate(credentials);
        }

        @Override
        public Principal authenticate(Credentials credentials) {
            if (!"right".equals(credentials.key())) {
                throw new SlipwayException(ErrorCode.UNAUTHENTICATED, "the API key is not known");
            }
            return KEY;
        }
    };

    @ParameterizedTest(name = "{0} is bearer {1}")
    @CsvSource(
            nullValues = "none",
            value = {
                "Bearer abc, abc",
                "bearer abc, abc",
                "BEARER   abc , abc",
                "Basic abc, none",
                "Bearerabc, none",
                "none, none"
            })
    void findsTheToken(String authorization, String token) {
        Credentials found = Credentials.of(authorization, null, null);
        assertThat(found.bearer()).isEqualTo(token);
        assertThat(found.toString()).doesNotContain("abc");
    }

    @Test
    void whoShowsNothingIsAnonymousAndWhoShowsSomethingIsNever() {
        Authenticators some = new Authenticators(List.of(KEYS));
        assertThat(some.known(Credentials.NONE)).isSameAs(Principal.ANONYMOUS);
        assertThat(some.authenticate(Credentials.NONE)).isSameAs(Principal.ANONYMOUS);
        assertThat(some.known(Credentials.of(null, "right", null))).isSameAs(KEY);
        assertThatThrownBy(() -> some.known(Credentials.of(null, "wrong", null)))
                .hasMessage("the API key is not known");
        assertThatThrownBy(() -> some.authenticate(Credentials.of("Bearer x", null, null)))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                .hasMessageContaining("knows no issuer");
    }

    @ParameterizedTest
    @CsvSource({"right, forged", "right, ''", "wrong, right", "'', right"})
    void aKeyIsNotGoodBesideAnotherToken(String key, String token) {
        for (List<Authenticator> all : List.of(List.of(KEYS), List.<Authenticator>of())) {
            Authenticators each = new Authenticators(all);
            Credentials both = Credentials.of("Bearer " + token, key, null);
            assertThatThrownBy(() -> each.known(both))
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                    .hasMessageContaining("(expected: one of the two)");
            assertThatThrownBy(() -> each.authenticate(both)).isInstanceOf(SlipwayException.class);
        }
        assertThat(new Authenticators(List.of(KEYS)).known(Credentials.of("Bearer right", "right", null)))
                .isSameAs(KEY);
    }

    @Test
    void anEmptyTokenIsNotNothing() {
        Authenticators none = new Authenticators(List.of());
        assertThatThrownBy(() -> none.known(Credentials.of("Bearer ", null, null)))
                .isInstanceOf(SlipwayException.class);
        assertThatThrownBy(() -> none.known(Credentials.of(null, "", null))).isInstanceOf(SlipwayException.class);
    }
}

package dev.slipway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CallerTest {
    @Test
    void showsItsKeyUnlessACaseShowsAnother() {
        Caller caller = new Caller(null, null, null, "secret");
        assertThat(caller.headers(Map.of("Accept", "text/plain")))
                .isEqualTo(Map.of("Accept", "text/plain", "X-API-Key", "secret"));
        assertThat(caller.headers(Map.of("x-api-key", "wrong"))).isEqualTo(Map.of("x-api-key", "wrong"));
        assertThat(Caller.NONE.headers(Map.of())).isEmpty();
        assertThat(caller.toString()).doesNotContain("secret");
    }

    @Test
    void aCertificateHasItsKey() {
        assertThatThrownBy(() -> new Caller(null, "own.pem", null, null)).hasMessageContaining("without a key");
        assertThatThrownBy(() -> new Caller(null, null, "own.key", null)).hasMessageContaining("without a certificate");
    }
}

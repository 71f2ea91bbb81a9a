package dev.slipway.conformance;

import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom a runner trusts, and how it shows who asks; files are in PEM.
 *
 * @param ca file of who may have issued the server's certificate; null for those whom the JVM trusts
 * @param certificate file of its own certificate, with those of its issuers; null for none
 * @param key file of the certificate's private key; there if {@code certificate} is
 * @param apiKey sent as {@code X-API-Key}, unless a case says another; null for none
 */
public record Caller(
        @Nullable String ca,
        @Nullable String certificate,
        @Nullable String key,
        @Nullable String apiKey) {
    /** Shows nothing, and trusts whom the JVM trusts. */
    public static final Caller NONE = new Caller(null, null, null, null);

    private static final String API_KEY = "X-API-Key";

    public Caller {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    certificate == null
                            ? "--key %s without a certificate (expected: both)".formatted(key)
                            : "--certificate %s without a key (expected: both)".formatted(certificate));
        }
    }

    HttpClientOptions applyTo(HttpClientOptions options) {
        if (ca != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(ca));
        }
        if (certificate != null && key != null) {
            options.setKeyCertOptions(
                    new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key));
        }
        return options;
    }

    /** The same headers, and the key. */
    Map<String, String> headers(Map<String, String> said) {
        if (apiKey == null || said.keySet().stream().anyMatch(API_KEY::equalsIgnoreCase)) {
            return said;
        }
        Map<String, String> all = new LinkedHashMap<>(said);
        all.put(API_KEY, apiKey);
        return all;
    }

    /** Secrets stay out of logs. */
    @Override
    public String toString() {
        return "Caller[ca=%s, certificate=%s, apiKey=%s]".formatted(ca, certificate, apiKey == null ? "none" : "***");
    }
}

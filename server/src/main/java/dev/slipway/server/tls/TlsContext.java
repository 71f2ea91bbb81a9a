package dev.slipway.server.tls;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.client.pem.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * One certificate with its key, ready for connections. Immutable.
 *
 * @see <a href="https://wiki.mozilla.org/Security/Server_Side_TLS">Mozilla: server side TLS, "intermediate"</a>, whose suites
 *     these are, less those of plain Diffie-Hellman, which clients do without
 */
final class TlsContext {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] APPLICATIONS = {"h2", "http/1.1"};

    /** None of them is on the list of those that HTTP/2 forbids (RFC 9113, appendix A). */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final char[] NO_PASSWORD = new char[0];

    private final SSLContext context;
    private final SSLParameters parameters;
    private final X509Certificate certificate;
    private final Instant end;

    private TlsContext(SSLContext context, SSLParameters parameters, List<X509Certificate> chain) {
        this.context = context;
        this.parameters = parameters;
        this.certificate = chain.get(0);
        this.end = chain.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * Checks that all fits together.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it does not, or is not valid {@code now}
     */
    static TlsContext of(TlsFiles files, Instant now) {
        List<X509Certificate> chain = files.certificate().certificates();
        PrivateKey key = files.key().key();
        X509Certificate own = chain.get(0);
        checkTime(files.certificate().subject(), own, now);
        try {
            if (!belong(own.getPublicKey(), key)) {
                throw invalid("%s does not belong to %s (%s; expected: its private key)"
                        .formatted(
                                files.key().subject(), files.certificate().subject(), own.getSubjectX500Principal()));
            }
            checkOrder(files.certificate().subject(), chain);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(chain, key).getKeyManagers(), trust(files), null);
            return new TlsContext(context, parameters(context, files.clients()), chain);
        } catch (GeneralSecurityException | IOException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s and %s can't be used: %s"
                            .formatted(
                                    files.certificate().subject(), files.key().subject(), e.getMessage()),
                    e);
        }
    }

    /** For one more connection. */
    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** The server's own. */
    X509Certificate certificate() {
        return certificate;
    }

    /** When the first certificate of the chain ends: clients follow all of it. */
    Instant end() {
        return end;
    }

    private static void checkTime(String subject, X509Certificate own, Instant now) {
        Instant begin = own.getNotBefore().toInstant();
        Instant end = own.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            throw invalid("%s expired at %s (expected: one that is valid now)".formatted(subject, end));
        }
        if (now.isBefore(begin)) {
            throw invalid("%s is not valid before %s (expected: one that is valid now)".formatted(subject, begin));
        }
    }

    /** Clients follow the chain from its first certificate, each signed by the next. */
    private static void checkOrder(String subject, List<X509Certificate> chain) throws GeneralSecurityException {
        for (int at = 1; at < chain.size(); at++) {
            X509Certificate below = chain.get(at - 1);
            X509Certificate above = chain.get(at);
            if (!below.getIssuerX500Principal().equals(above.getSubjectX500Principal())) {
                throw invalid("%s: certificate %d is of %s (expected: of %s, who issued certificate %d)"
                        .formatted(
                                subject, at + 1, above.getSubjectX500Principal(), below.getIssuerX500Principal(), at));
            }
            checkSigned(subject, chain, at);
        }
    }

    /** An authority that was made anew has its old name, and another key. */
    private static void checkSigned(String subject, List<X509Certificate> chain, int above)
            throws GeneralSecurityException {
        try {
            chain.get(above - 1).verify(chain.get(above).getPublicKey());
        } catch (SignatureException | InvalidKeyException e) {
            throw invalid(
                    "%s: certificate %d did not sign certificate %d, though it has the issuer's name, %s (expected:"
                                    .formatted(
                                            subject,
                                            above + 1,
                                            above,
                                            chain.get(above).getSubjectX500Principal())
                            + " the one that did)");
        }
    }

    private static boolean belong(PublicKey known, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (known.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return true; // The handshake will tell.
        }
        if (!known.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        byte[] sample = {1, 2, 3};
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(sample);
        Signature checking = Signature.getInstance(algorithm);
        checking.initVerify(known);
        checking.update(sample);
        return checking.verify(signing.sign());
    }

    private static KeyManagerFactory keys(List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return keys;
    }

    /** Who may have issued clients' certificates: only those that are named, never those that browsers trust. */
    private static TrustManager[] trust(TlsFiles files) throws GeneralSecurityException, IOException {
        Pem ca = files.clientCa();
        if (ca == null) {
            return new TrustManager[0];
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (X509Certificate issuer : ca.certificates()) {
            store.setCertificateEntry("ca-" + number++, issuer);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return trust.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static SSLParameters parameters(SSLContext context, TlsSettings.Clients clients) {
        List<String> known = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        SSLParameters parameters =
                new SSLParameters(SUITES.stream().filter(known::contains).toArray(String[]::new), PROTOCOLS);
        parameters.setApplicationProtocols(APPLICATIONS);
        // All of them are good: the client knows best which its hardware does fast.
        parameters.setUseCipherSuitesOrder(false);
        switch (clients) {
            case NONE -> {}
            case OPTIONAL -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        return parameters;
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

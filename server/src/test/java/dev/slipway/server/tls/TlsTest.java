package dev.slipway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.server.tls.TlsSettings.Clients;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which files make a server, and how they are replaced. */
class TlsTest {
    @TempDir
    Path folder;

    private final Certificates ours = new Certificates("ours");

    private static Tls tls(TlsSettings.Source source) {
        return Tls.watched(new TlsSettings(source, Clients.NONE, TlsSettings.RELOAD_INTERVAL), Clock.systemUTC());
    }

    private void assertRefused(TlsSettings.Source source, String message) {
        assertThatThrownBy(() -> tls(source))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("expected: ");
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
    void keysOfEachAlgorithmAreTaken(Algorithm algorithm) {
        X509Bundle server = ours.server("a", algorithm, Instant.now().plus(Duration.ofDays(90)));
        Tls tls = tls(ours.write(folder, server));
        assertThat(tls.certificate()).isEqualTo(server.getCertificate());
        assertThat(tls.engine().getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    }

    /** What openssl wrote before its version 3: the part of PKCS #8 that is the algorithm's own. */
    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ecp256", "rsa2048"})
    void olderFormsOfKeysAreTaken(Algorithm algorithm) throws IOException {
        X509Bundle server = ours.server("a", algorithm, Instant.now().plus(Duration.ofDays(90)));
        TlsSettings.PemFiles files = ours.write(folder, server);
        byte[] pkcs8 = server.getKeyPair().getPrivate().getEncoded();
        boolean isRsa = algorithm == Algorithm.rsa2048;
        byte[] own = Arrays.copyOfRange(pkcs8, isRsa ? 26 : 28, pkcs8.length);
        if (!isRsa) {
            // The JDK leaves the curve out, which openssl always names: P-256, in parameters at the end.
            byte[] named = Arrays.copyOf(own, own.length + 12);
            named[1] += 12;
            byte[] curve = {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7};
            System.arraycopy(curve, 0, named, own.length, curve.length);
            own = named;
        }
        String label = isRsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
        Files.writeString(files.key(), pem(label, own));
        assertThat(tls(files).certificate()).isEqualTo(server.getCertificate());
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, Base64.getMimeEncoder().encodeToString(content), label);
    }

    @Test
    void filesThatDoNotFitAreRefused() throws IOException {
        TlsSettings.PemFiles files = ours.write(folder, ours.server("a"));
        String certificate = Files.readString(files.certificate());
        String key = Files.readString(files.key());

        Files.writeString(files.key(), ours.server("b").getPrivateKeyPEM());
        assertRefused(files, "key " + files.key() + " does not belong to certificate " + files.certificate());
        Files.writeString(files.key(), certificate);
        assertRefused(files, "holds CERTIFICATE (expected: -----BEGIN PRIVATE KEY-----)");
        Files.writeString(files.key(), pem("ENCRYPTED PRIVATE KEY", new byte[100]));
        assertRefused(files, "holds a key that is encrypted (expected: one without a password");
        Files.writeString(
                files.key(),
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
                        + "-----END RSA PRIVATE KEY-----\n");
        assertRefused(files, "holds a key that is encrypted");
        Files.writeString(files.key(), pem("PRIVATE KEY", new byte[100]));
        assertRefused(files, "holds a key that can't be read");
        Files.writeString(files.key(), key);
        Files.write(files.certificate(), new byte[] {0x30, (byte) 0x82, 1, 2});
        assertRefused(files, "certificate %s holds nothing in PEM".formatted(files.certificate()));
        Files.writeString(files.certificate(), key);
        assertRefused(files, "holds PRIVATE KEY (expected: -----BEGIN CERTIFICATE-----)");
        Files.writeString(files.certificate(), certificate + ours.server("c").getCertificatePEM());
        assertRefused(files, "certificate 2 is of CN=c (expected: of CN=ours, who issued certificate 1)");
        Files.delete(files.certificate());
        assertRefused(files, "is not there (expected: a file in PEM)");
    }

    /** As an authority that was made anew, under its old name. */
    @Test
    void aChainOfTheRightNamesAndTheWrongKeysIsRefused() throws IOException {
        X509Bundle own = ours.server("a");
        TlsSettings.PemFiles files = ours.write(folder, own);
        Files.writeString(
                files.certificate(), own.getCertificatePEM() + ours.authority().getCertificatePEM());
        assertThat(tls(files).certificate()).isEqualTo(own.getCertificate());
        Files.writeString(
                files.certificate(),
                own.getCertificatePEM() + new Certificates("ours").authority().getCertificatePEM());
        assertRefused(files, "certificate 2 did not sign certificate 1");
    }

    /** Clients that follow the chain stop there; others know its end otherwise, so it is told of and not refused. */
    @Test
    void theChainEndsWithTheFirstOfItsCertificatesThatDoes() throws IOException {
        X509Bundle own = ours.server("a", Algorithm.ecp256, Instant.now().plus(Duration.ofDays(900)));
        TlsSettings.PemFiles files = ours.write(folder, own);
        assertThat(tls(files).end())
                .isEqualTo(own.getCertificate().getNotAfter().toInstant());
        Files.writeString(
                files.certificate(), own.getCertificatePEM() + ours.authority().getCertificatePEM());
        assertThat(tls(files).end())
                .isEqualTo(ours.authority().getCertificate().getNotAfter().toInstant());
    }

    @Test
    void oneThatExpiredIsRefused() {
        Instant end = Instant.now().minus(Duration.ofDays(1));
        assertRefused(ours.write(folder, ours.server("a", Algorithm.ecp256, end)), "expired at ");
    }

    @Test
    void aNewOneIsTakenOnceItsKeyIsThereToo() throws IOException {
        X509Bundle first = ours.server("a");
        X509Bundle second = ours.server("a");
        TlsSettings.PemFiles files = ours.write(folder, first);
        Tls tls = tls(files);

        Certificates.put(files.certificate(), second.getCertificatePathPEM());
        tls.look();
        assertThat(tls.certificate()).isEqualTo(first.getCertificate());
        assertThat(tls.fault()).hasMessageContaining("does not belong");

        Certificates.put(files.key(), second.getPrivateKeyPEM());
        tls.look();
        assertThat(tls.certificate()).isEqualTo(second.getCertificate());
        assertThat(tls.fault()).isNull();
    }

    @Test
    void aBrokenOneLeavesWhatWasUntilItIsPutRight() throws IOException {
        X509Bundle first = ours.server("a");
        TlsSettings.PemFiles files = ours.write(folder, first);
        Tls tls = tls(files);
        Files.delete(files.certificate());
        tls.look();
        assertThat(tls.fault()).hasMessageContaining("is not there");
        Certificates.put(files.certificate(), first.getCertificatePathPEM());
        tls.look();
        assertThat(tls.fault()).isNull();
        assertThat(tls.certificate()).isEqualTo(first.getCertificate());
    }

    /** As Kubernetes replaces the files of a secret: through a link to a folder, which is moved over. */
    @Test
    void aLinkThatIsMovedIsFollowed() throws IOException {
        X509Bundle first = ours.server("a");
        X509Bundle second = ours.server("a");
        ours.write(folder.resolve("..1"), first);
        ours.write(folder.resolve("..2"), second);
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        for (String name : new String[] {"server.pem", "server-key.pem"}) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        Tls tls = tls(new TlsSettings.PemFiles(folder.resolve("server.pem"), folder.resolve("server-key.pem"), null));

        Path moved = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(moved, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        tls.look();
        assertThat(tls.certificate()).isEqualTo(second.getCertificate());
    }

    @Test
    void whoMayIssueClientsCertificatesIsReadAgainToo() throws IOException {
        TlsSettings.PemFiles files = ours.write(folder, ours.server("a"));
        Tls tls = Tls.watched(new TlsSettings(files, Clients.REQUIRED, TlsSettings.RELOAD_INTERVAL), Clock.systemUTC());
        assertThat(tls.engine().getNeedClientAuth()).isTrue();
        Certificates.put(folder.resolve("ca.pem"), "nobody");
        tls.look();
        assertThat(tls.fault()).hasMessageContaining("client_ca").hasMessageContaining("holds nothing in PEM");
    }

    private static String quoted(String pem) {
        return '"' + pem.replace("\n", "\\n") + '"';
    }

    @Test
    void aFileOfTensorFlowServingsSaysItAll() throws IOException {
        X509Bundle server = ours.server("a");
        Path file = folder.resolve("ssl.config");
        String both = "server_key: %s\nserver_cert: %s\n"
                .formatted(quoted(server.getPrivateKeyPEM()), quoted(server.getCertificatePathPEM()));
        Files.writeString(file, both);
        TlsSettings.SslConfigFile source = new TlsSettings.SslConfigFile(file);
        assertThat(tls(source).certificate()).isEqualTo(server.getCertificate());
        assertThat(tls(source).engine().getNeedClientAuth()).isFalse();

        String ca = "custom_ca: %s\n".formatted(quoted(ours.authority().getCertificatePEM()));
        Files.writeString(file, both + ca + "client_verify: true\n");
        assertThat(tls(source).engine().getNeedClientAuth()).isTrue();

        Files.writeString(file, both + "client_verify: true\n");
        assertRefused(source, file + ": client_verify without custom_ca");
        Files.writeString(file, "server_key: \"\"");
        assertRefused(source, "server_cert in " + file + " holds nothing in PEM");
        Files.writeString(file, "server_keys: \"\"");
        assertRefused(source, file + ": ssl config, line 1");
    }

    @Test
    void keysStayOutOfTexts() {
        TlsSettings.PemFiles source = ours.write(folder, ours.server("a"));
        TlsFiles files = TlsFiles.read(new TlsSettings(source, Clients.NONE, TlsSettings.RELOAD_INTERVAL));
        assertThat(files.toString() + files.key()).doesNotContain("PRIVATE");
    }
}

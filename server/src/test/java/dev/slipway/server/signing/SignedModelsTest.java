package dev.slipway.server.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.server.Await;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ModelForm;
import dev.slipway.server.config.SigningConfig;
import dev.slipway.server.provenance.FileHashes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that have to be signed, from their files to a client's answer. */
class SignedModelsTest {
    @TempDir
    private Path folder;

    private Path models;
    private Path publicKey;
    private Signer signer;

    @BeforeEach
    void makeKeys() throws IOException {
        models = Files.createDirectories(folder.resolve("models"));
        publicKey = folder.resolve("key.pub.pem");
        KeyPair pair = KeyFiles.generate();
        KeyFiles.write(pair, folder.resolve("key.pem"), publicKey);
        signer = new Signer(pair.getPrivate());
    }

    /** What a run that was cut short left there, or somebody put there. */
    @Test
    void signingAgainIsNotDisturbedByWhatIsThere() throws IOException {
        TrustedKeys keys = TrustedKeys.read(List.of(publicKey));
        Path version = version("m", 1);
        Path model = version.resolve("model.onnx");
        byte[] before = Files.readAllBytes(model);
        Files.writeString(version.resolve("slipway.sig.tmp"), "half a signat");
        signer.sign(version);
        assertThat(Verification.of(version, keys, new FileHashes()).differences())
                .isEmpty();

        Files.createSymbolicLink(version.resolve("slipway.sig.tmp"), Path.of("model.onnx"));
        signer.sign(version);
        assertThat(Verification.of(version, keys, new FileHashes()).differences())
                .isEmpty();
        assertThat(Files.readAllBytes(model)).isEqualTo(before);
    }

    private SigningServer serve() {
        return serve(Map.of(), true);
    }

    private SigningServer serve(Map<String, ModelConfig> named, boolean isRequired) {
        SigningConfig signing = new SigningConfig(isRequired, List.of(publicKey.toString()));
        return SigningServer.start(models.toString(), named, signing, folder.resolve("cache"));
    }

    /** An unsigned version of {@code Y = X * [2, 3]}. */
    private Path version(String model, int number) throws IOException {
        Path version = models.resolve(model).resolve(Integer.toString(number));
        TestModels.write(version, TestModels.times(2, 3));
        return version;
    }

    private static void assertServed(SigningServer server, String model) throws Exception {
        assertThat(server.predict(model).body())
                .as(() -> String.valueOf(server.server().statuses()))
                .isEqualToIgnoringWhitespace("{\"outputs\": [2.0, 3.0]}");
    }

    private static void assertRefused(SigningServer server, String model, String message) throws Exception {
        VersionStatus status = server.versions(model).get(0);
        assertThat(status.state()).isEqualTo(VersionState.QUARANTINED);
        assertThat(Objects.requireNonNull(status.error()).getMessage()).contains(message);
        assertThat(server.predict(model).statusCode()).isNotEqualTo(200);
    }

    /** Something done to a signed version, and what the server says of it. */
    private enum Tampering {
        NOTHING_SIGNED("there is no slipway.sig (expected: one by a trusted key: ") {
            @Override
            void act(Path version) throws IOException {
                Files.delete(version.resolve(ModelFiles.NAME));
            }
        },
        A_BYTE_CHANGED("'model.onnx' has SHA-256 ") {
            @Override
            void act(Path version) throws IOException {
                TestModels.write(version, TestModels.times(2, 4));
            }
        },
        A_FILE_ADDED("'more/extra.bin' is there and was not signed") {
            @Override
            void act(Path version) throws IOException {
                Files.write(version.resolve("more/extra.bin"), new byte[] {1});
            }
        },
        A_HIDDEN_FILE_ADDED("'.extra' is there and was not signed") {
            @Override
            void act(Path version) throws IOException {
                Files.write(version.resolve(".extra"), new byte[] {1});
            }
        },
        A_FILE_MISSING("'labels.txt' was signed and is not there") {
            @Override
            void act(Path version) throws IOException {
                Files.delete(version.resolve("labels.txt"));
            }
        },
        ANOTHER_KEY("(expected: a trusted key: ") {
            @Override
            void act(Path version) throws IOException {
                new Signer(KeyFiles.generate().getPrivate()).sign(version);
            }
        },
        ANOTHER_KEY_UNDER_THE_TRUSTED_NAME("has a signature that key ") {
            @Override
            void act(Path version) throws IOException {
                String trusted = FilesSignature.parse("", Files.readAllBytes(version.resolve(ModelFiles.NAME)))
                        .keyId();
                Signer other = new Signer(KeyFiles.generate().getPrivate());
                Path file = other.sign(version);
                Files.writeString(file, Files.readString(file).replace(other.keyId(), trusted));
            }
        },
        THE_SIGNATURE_CUT("has no whole line 'signature' at its end") {
            @Override
            void act(Path version) throws IOException {
                Path file = version.resolve(ModelFiles.NAME);
                String text = Files.readString(file);
                Files.writeString(file, text.substring(0, text.length() - 20));
            }
        },
        A_LINE_CHANGED("has a signature that key ") {
            @Override
            void act(Path version) throws IOException {
                Path file = version.resolve(ModelFiles.NAME);
                Files.writeString(file, Files.readString(file).replace("labels.txt", "labels.csv"));
                Files.move(version.resolve("labels.txt"), version.resolve("labels.csv"));
            }
        },
        A_NAME_LIKE_THAT_OF_A_SIGNED_FILE("'more\\weights.bin' is there and was not signed") {
            @Override
            void act(Path version) throws IOException {
                Files.write(version.resolve("more\\weights.bin"), new byte[] {1});
            }
        },
        A_LINK_THAT_LEAVES_AND_COMES_BACK("'labels.txt' is a link that leads out of the model's folder") {
            @Override
            void act(Path version) throws IOException {
                Files.move(version.resolve("labels.txt"), version.resolve("more/labels.txt"));
                Path outside =
                        Files.createSymbolicLink(version.resolveSibling("labels"), version.resolve("more/labels.txt"));
                Files.createSymbolicLink(version.resolve("labels.txt"), outside);
            }
        },
        A_LINK_OUT_OF_THE_FOLDER("'labels.txt' is a link that leads out of the model's folder") {
            @Override
            void act(Path version) throws IOException {
                Path outside = Files.move(version.resolve("labels.txt"), version.resolveSibling("labels.txt"));
                Files.createSymbolicLink(version.resolve("labels.txt"), outside);
            }
        };

        private final String message;

        Tampering(String message) {
            this.message = message;
        }

        abstract void act(Path version) throws IOException;
    }

    @Test
    void servesWhatATrustedKeySigned() throws Exception {
        signer.sign(version("times", 1));

        try (SigningServer server = serve()) {
            assertServed(server, "times");
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsNotAsItWasSigned(Tampering tampering) throws Exception {
        Path version = version("times", 1);
        Files.writeString(version.resolve("labels.txt"), "one");
        Files.write(Files.createDirectory(version.resolve("more")).resolve("weights.bin"), new byte[] {1});
        signer.sign(version);
        tampering.act(version);

        try (SigningServer server = serve()) {
            assertRefused(server, "times", tampering.message);
        }
    }

    @Test
    void linksWithinTheFolderAreFilesLikeOthers() throws Exception {
        Path version = version("times", 1);
        Files.move(
                version.resolve("model.onnx"),
                Files.createDirectory(version.resolve("blobs")).resolve("a"));
        Files.createSymbolicLink(version.resolve("model.onnx"), Path.of("blobs/b"));
        Files.createSymbolicLink(version.resolve("blobs/b"), Path.of("..", "blobs", "a"));
        signer.sign(version);

        try (SigningServer server = serve()) {
            assertServed(server, "times");
        }
    }

    @Test
    void aVersionBehindALinkIsServed() throws Exception {
        Path version = Files.createDirectories(folder.resolve("releases")).resolve("a");
        TestModels.write(version, TestModels.times(2, 3));
        signer.sign(version);
        Files.createSymbolicLink(Files.createDirectory(models.resolve("times")).resolve("1"), version);

        try (SigningServer server = serve()) {
            assertServed(server, "times");
        }
    }

    @Test
    void parametersOfTheFileBesideAModelAreRefused() throws Exception {
        signer.sign(version("times", 1));
        Files.writeString(models.resolve("times").resolve("slipway.yaml"), "parameters: {python: evil}\n");

        try (SigningServer server = serve()) {
            assertRefused(server, "times", "parameters [python] are said beside a model that has to be signed");
        }
    }

    @Test
    void servesTheNewestVersionThatIsSigned() throws Exception {
        signer.sign(version("times", 1));
        version("times", 2);

        try (SigningServer server = serve()) {
            assertServed(server, "times");
            assertThat(server.versions("times"))
                    .extracting(VersionStatus::state)
                    .containsExactly(VersionState.AVAILABLE, VersionState.QUARANTINED);
        }
    }

    @Test
    void servesAFileOnceItIsSignedBesideIt() throws Exception {
        Path file = Files.write(models.resolve("times.onnx"), TestModels.times(2, 3));

        try (SigningServer server = serve()) {
            assertRefused(server, "times", "there is no times.onnx.sig");
            signer.sign(file);
            server.server().control().apply(config -> config.withPoll(Duration.ofMillis(10)), "test");
            Await.until(() -> server.versions("times").get(0).state() == VersionState.AVAILABLE, "the signed file");
            assertServed(server, "times");
        }
    }

    @Test
    void whatIsSaidOfOneModelGoesBeforeWhatHoldsForAll() throws Exception {
        version("free", 1);
        version("times", 1);

        try (SigningServer server = serve(Map.of("free", signed(false)), true)) {
            assertServed(server, "free");
            assertRefused(server, "times", "the model is not signed");
        }
        try (SigningServer server = serve(Map.of("times", signed(true)), false)) {
            assertServed(server, "free");
            assertRefused(server, "times", "the model is not signed");
        }
    }

    @Test
    void aChangeOfWhatIsRequiredLoadsAnew() throws Exception {
        version("times", 1);

        try (SigningServer server = serve()) {
            assertRefused(server, "times", "the model is not signed");
            server.server().control().apply(config -> config.withModels(Map.of("times", signed(false))), "test");
            Await.until(() -> server.versions("times").get(0).state() == VersionState.AVAILABLE, "the free model");
        }
    }

    @Test
    void theFileBesideAModelHasNoSayInIt() throws Exception {
        version("times", 1);
        Files.writeString(models.resolve("times").resolve("slipway.yaml"), "require_signed: false\n");

        try (SigningServer server = serve()) {
            assertRefused(server, "times", "the model is not signed");
        }
    }

    private static ModelConfig signed(boolean isRequired) {
        return ModelConfig.DEFAULT.withForm(ModelForm.PLAIN.withRequireSigned(isRequired));
    }

    @Test
    void anMlflowFolderIsSignedLikeAnyOther() throws Exception {
        Path version = models.resolve("flow").resolve("1");
        Files.createDirectories(version.resolve("weights"));
        Files.writeString(version.resolve("MLmodel"), "flavors: {onnx: {data: weights/net.onnx}}");
        Files.write(version.resolve("weights/net.onnx"), TestModels.times(2, 3));
        signer.sign(version);

        try (SigningServer server = serve()) {
            assertServed(server, "flow");
        }
        Files.write(version.resolve("weights/net.onnx"), TestModels.times(2, 4));
        try (SigningServer server = serve()) {
            assertRefused(server, "flow", "'weights/net.onnx' has SHA-256 ");
        }
    }

    @Test
    void anArchiveIsSignedInsideOrBesideIt() throws Exception {
        Path files = Files.createDirectories(folder.resolve("times"));
        TestModels.write(files, TestModels.times(2, 3));
        Files.write(models.resolve("none.zip"), zip(files));
        signer.sign(Files.write(models.resolve("beside.zip"), zip(files)));
        Path touched = Files.write(models.resolve("touched.zip"), zip(files));
        signer.sign(touched);
        signer.sign(files);
        Files.write(models.resolve("inside.zip"), zip(files));
        TestModels.write(files, TestModels.times(2, 4));
        Files.write(models.resolve("changed.zip"), zip(files));
        Files.write(touched, zip(files));

        try (SigningServer server = serve()) {
            assertServed(server, "inside");
            assertServed(server, "beside");
            assertRefused(server, "none", "the model is not signed: there is no slipway.sig");
            assertRefused(server, "changed", "'model.onnx' has SHA-256 ");
            assertRefused(server, "touched", "'touched.zip' has SHA-256 ");
        }
    }

    @Test
    void anArchiveBehindAUrlIsSignedInside() throws Exception {
        Path files = Files.createDirectories(folder.resolve("times"));
        TestModels.write(files, TestModels.times(2, 3));
        byte[] unsigned = zip(files);
        signer.sign(files);
        byte[] signed = zip(files);
        TestModels.write(files, TestModels.times(2, 4));
        HttpServer web = web(Map.of("/signed.zip", signed, "/unsigned.zip", unsigned, "/changed.zip", zip(files)));
        String root = "http://127.0.0.1:" + web.getAddress().getPort();

        try (SigningServer server = serve(
                Map.of(
                        "signed", ModelConfig.at(root + "/signed.zip"),
                        "unsigned", ModelConfig.at(root + "/unsigned.zip"),
                        "changed", ModelConfig.at(root + "/changed.zip")),
                true)) {
            assertServed(server, "signed");
            assertRefused(server, "unsigned", "the model is not signed");
            assertRefused(server, "changed", "'model.onnx' has SHA-256 ");
        } finally {
            web.stop(0);
        }
    }

    @Test
    void aServerDoesNotStartWithAKeyThatIsNone() throws Exception {
        Files.writeString(publicKey, Files.readString(folder.resolve("key.pem")));

        assertThatThrownBy(this::serve)
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("holds no public key of Ed25519");
    }

    /** The files of a folder, without folders. */
    private static byte[] zip(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8);
                Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static HttpServer web(Map<String, byte[]> files) throws IOException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        files.forEach((path, bytes) -> web.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            if (isHead) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            }
            exchange.sendResponseHeaders(200, isHead ? -1 : bytes.length);
            if (!isHead) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        }));
        web.start();
        return web;
    }
}

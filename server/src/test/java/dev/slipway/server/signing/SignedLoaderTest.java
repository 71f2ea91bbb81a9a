package dev.slipway.server.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.provenance.FileHashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That nothing is opened unchecked, nor kept when it was touched meanwhile. */
class SignedLoaderTest {
    @TempDir
    private Path folder;

    private final KeyPair pair = KeyFiles.generate();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final AtomicBoolean isRequired = new AtomicBoolean(true);
    private Path version;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        version = Files.createDirectory(folder.resolve("1"));
        model = Files.writeString(version.resolve("model.bin"), "good");
    }

    private Loader loader(Function<Path, Loader> loaders) {
        TrustedKeys keys = new TrustedKeys(Map.of(KeyFiles.id(pair.getPublic()), pair.getPublic()));
        Signatures signatures =
                new Signatures(keys, name -> isRequired.get(), name -> Map.of(), new FileHashes(), () -> {
                    throw new AssertionError("no archive");
                });
        return signatures.guarded("m", version, loaders);
    }

    @Test
    void noBackendSeesFilesBeforeTheirSignatureWasChecked() {
        Loader loader = loader(path -> {
            throw new AssertionError("opened");
        });

        assertThat(loader.format()).isEqualTo("unverified");
        assertThat(loader.path()).isNull();
        assertThat(loader.files()).isEmpty();
        for (Function<Loader, Object> use :
                List.<Function<Loader, Object>>of(Loader::describe, Loader::load, Loader::runsCode)) {
            assertThatThrownBy(() -> use.apply(loader))
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                    .hasMessageStartingWith("the model is not signed");
        }
    }

    @Test
    void aFileThatIsExchangedWhileItLoadsAndPutBackIsFoundOut() throws IOException {
        new Signer(pair.getPrivate()).sign(version);
        FileTime written = Files.getLastModifiedTime(model);

        Loader loader = loader(path -> new Loading(() -> {
            Path kept = Files.move(model, folder.resolve("kept"));
            Files.writeString(model, "evil");
            String loaded = Files.readString(model);
            Files.delete(model);
            Files.move(kept, model);
            Files.setLastModifiedTime(model, written);
            return loaded;
        }));

        assertThatThrownBy(loader::load)
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining("were touched while they were opened");
        assertThat(isClosed).isTrue();
    }

    /** Its own files are as they were all the time. */
    @Test
    void aFolderThatIsExchangedWhileItLoadsAndPutBackIsFoundOut() throws IOException {
        Path parent = Files.createDirectories(folder.resolve("models/m"));
        version = Files.move(version, parent.resolve("1"));
        new Signer(pair.getPrivate()).sign(version);

        Loader loader = loader(path -> new Loading(() -> {
            Path kept = Files.move(parent, folder.resolve("kept"));
            Files.createDirectories(version);
            String loaded =
                    Files.writeString(version.resolve("model.bin"), "evil").toString();
            Files.delete(version.resolve("model.bin"));
            Files.delete(version);
            Files.delete(parent);
            Files.move(kept, parent);
            return loaded;
        }));

        assertThatThrownBy(loader::load).hasMessageContaining("were touched while they were opened");
        assertThat(isClosed).isTrue();
    }

    /** Neither the version nor what it is in is changed by that. */
    @Test
    void aLinkOnTheWayThatIsLedElsewhereWhileItLoadsLeadsNobodyThere() throws IOException {
        new Signer(pair.getPrivate()).sign(version);
        Path evil = Files.createDirectories(folder.resolve("evil/1"));
        Files.writeString(evil.resolve("model.bin"), "evil");
        Path current = Files.createDirectory(folder.resolve("links")).resolve("current");
        Files.createSymbolicLink(current, folder);
        Path linked = Files.createDirectory(folder.resolve("m")).resolve("1");
        Files.createSymbolicLink(linked, current.resolve("1"));
        for (Path way : List.of(linked, current.resolve("1"), current.resolve("1/model.bin"))) {
            new Signer(pair.getPrivate()).sign(way);
            AtomicReference<String> loaded = new AtomicReference<>();
            version = way;
            Loader loader = loader(path ->
                    new Loading(() -> {
                        lead(current, evil.getParent());
                        String read = Files.readString(Files.isDirectory(path) ? path.resolve("model.bin") : path);
                        lead(current, folder);
                        loaded.set(read);
                        return read;
                    }) {
                        @Override
                        public Path path() {
                            return path;
                        }
                    });

            assertThat(loader.load()).as(way.toString()).isNotNull();
            assertThat(loaded).as(way.toString()).hasValue("good");
            assertThat(loader.path()).isEqualTo(way);
        }
    }

    private static void lead(Path link, Path to) throws IOException {
        Files.delete(link);
        Files.createSymbolicLink(link, to);
    }

    @Test
    void whatIsReadBesideASingleFileHasToBeSignedToo() throws IOException {
        Path weights = Files.writeString(version.resolve("weights.bin"), "good");
        version = model;
        new Signer(pair.getPrivate()).sign(model);

        Loader loader = loader(path -> new Loading(() -> Files.readString(weights)) {
            @Override
            public List<Path> files() {
                return List.of(model, weights);
            }
        });

        assertThatThrownBy(loader::load)
                .hasMessage("the model is read from 'weights.bin' too, which its signature is not for"
                        + " (expected: a signed folder with all its files)");
        assertThat(isClosed).isTrue();
    }

    /** A loader may remember what it read when nobody had checked it. */
    @Test
    void whatWasOpenedUncheckedIsOpenedAnew() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        Loader loader = loader(path -> {
            opened.incrementAndGet();
            return new Loading(() -> Files.readString(model));
        });
        isRequired.set(false);
        assertThat(loader.describe()).isNotNull();
        new Signer(pair.getPrivate()).sign(version);
        isRequired.set(true);
        assertThat(loader.load()).isNotNull();
        assertThat(loader.load()).isNotNull();
        assertThat(opened).hasValue(2);

        Files.writeString(model, "more");
        new Signer(pair.getPrivate()).sign(version);
        assertThat(loader.load()).isNotNull();
        assertThat(opened).hasValue(3);
    }

    @Test
    void parametersAreThoseOfTheServer() throws IOException {
        new Signer(pair.getPrivate()).sign(version);
        Loader loader = loader(path -> new Loading(() -> Files.readString(model)));

        LoadOptions evil = LoadOptions.NONE.withParameters(Map.of("python", "evil"));
        assertThatThrownBy(() -> loader.with(evil).load())
                .hasMessageContaining("parameters [python] are said beside a model that has to be signed");
        assertThat(isClosed).isFalse();
    }

    @Test
    void aFileThatIsLeftAloneLoads() throws IOException {
        new Signer(pair.getPrivate()).sign(version);

        assertThat(loader(path -> new Loading(() -> Files.readString(model))).load())
                .isNotNull();
        assertThat(isClosed).isFalse();
    }

    /** Reads a file, one way or the other. */
    private interface Reading {
        String read() throws IOException;
    }

    private class Loading implements Loader {
        private final Reading reading;

        Loading(Reading reading) {
            this.reading = reading;
        }

        @Override
        public String format() {
            return "bin";
        }

        @Override
        public ModelDescription describe() {
            return new ModelDescription("bin", Map.of(), 0, Map.of(), Map.of());
        }

        @Override
        public Servable load() {
            try {
                reading.read();
                return new Loaded();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final class Loaded implements Servable {
        @Override
        public ModelDescription description() {
            return new ModelDescription("bin", Map.of(), 0, Map.of(), Map.of());
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            throw new AssertionError("not run");
        }

        @Override
        public void close() {
            isClosed.set(true);
        }
    }
}

package dev.slipway.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.Backends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledBackendsTest {
    private static final InstallProgress QUIET = (file, number, count, done, all) -> {};

    @TempDir
    Path temp;

    private MadeDistribution made;
    private Path model;

    @BeforeEach
    void make() throws IOException {
        made = new MadeDistribution(temp.resolve("made"));
        model = Files.writeString(temp.resolve("one.parrot"), "squawk");
    }

    @Test
    void aModelOfABackendThatIsNotInstalledSaysTheCommandAndComesWithIt() {
        try (InstalledBackends backends = open()) {
            Loader loader = new Backends(backends.all()).loader(model);
            assertThat(loader.format()).isEqualTo("parrot");
            assertThatThrownBy(loader::describe)
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                    .hasMessage("backend 'parrot' is not installed: words-1.0.jar is missing"
                            + " (run: slipway backend install parrot)");
            catalog().install(MadeDistribution.NAME, made.jars(), null, QUIET);
            // The same loader: who waits for the backend need not look again.
            assertThat(loader.describe().metadata()).containsEntry("word", "polly");
        }
    }

    /** Native libraries end a process into which they are loaded twice. */
    @Test
    void severalServersOfAProcessShareItsClasses() {
        catalog().install(MadeDistribution.NAME, made.jars(), null, QUIET);
        try (InstalledBackends one = open();
                InstalledBackends other = open()) {
            assertThat(new Backends(one.all()).loader(model).describe().metadata())
                    .containsEntry("word", "polly");
            assertThat(new Backends(other.all()).loader(model).describe().metadata())
                    .containsEntry("word", "polly");
            assertThat(one.classesOf("parrot")).isSameAs(other.classesOf("parrot"));
        }
    }

    @Test
    void aBackendThatCannotTellWhatItHoldsHidesNoOther() {
        try (InstalledBackends backends = open()) {
            assertThat(backends.all()).extracting(Backend::name).contains("gate", "adding");
            assertThat(backends.reports()).containsKey("adding").doesNotContainKey("gate");
        }
    }

    @Test
    void aBackendIsOpenedOnlyForFilesOfItsNames() throws IOException {
        Files.delete(made.home().resolve("backends/parrot/slipway-backend-parrot.jar"));
        Path other = Files.writeString(temp.resolve("one.txt"), "squawk");
        try (InstalledBackends backends = open()) {
            assertThat(new Backends(backends.all()).recognises(other)).isFalse();
            assertThat(backends.reports()).doesNotContainKey("parrot");
            // A folder without its jar: it is asked now, and can't be opened.
            assertThatThrownBy(() -> new Backends(backends.all()).loader(model).describe())
                    .hasMessageContaining("backend 'parrot' can't be opened");
        }
    }

    /** Else one broken jar would keep models of all others from being seen. */
    @Test
    void aBackendThatLacksAClassRefusesItsModelsAndNoOthers() throws IOException {
        made.breakJar();
        Path other = Files.writeString(temp.resolve("one.txt"), "squawk");
        try (InstalledBackends backends = open()) {
            Loader loader = new Backends(backends.all()).loader(model);
            assertThat(loader.format()).isEqualTo("parrot");
            assertThatThrownBy(loader::describe)
                    .hasMessageContaining("backend 'parrot' failed on one.parrot: java.lang.NoClassDefFoundError");
            assertThat(new Backends(backends.all()).recognises(other)).isFalse();
        }
    }

    @Test
    void listsWhatIsThereAndWhatIsMissing() {
        BackendCatalog.Entry before = catalog().entries().get(0);
        assertThat(before.name()).isEqualTo("parrot");
        assertThat(before.title()).isEqualTo("parrots");
        assertThat(before.missing()).isEqualTo(1);
        assertThat(before.missingBytes()).isEqualTo(made.needed().toFile().length());
        catalog().install(MadeDistribution.NAME, made.jars(), null, QUIET);
        assertThat(catalog().entries().get(0).missing()).isZero();
        assertThat(catalog().install(MadeDistribution.NAME, made.jars(), null, QUIET))
                .isZero();
    }

    @Test
    void takesAFolderLaidOutAsAMavenRepository() throws IOException {
        Path place = temp.resolve("repository/test/words/words/1.0/words-1.0.jar");
        Files.createDirectories(place.getParent());
        Files.copy(made.needed(), place);
        assertThat(catalog().install(MadeDistribution.NAME, temp.resolve("repository"), null, QUIET))
                .isEqualTo(1);
        assertThat(made.installed()).hasSameBinaryContentAs(made.needed());
    }

    @Test
    void refusesAFileThatIsNotTheOnePinned() throws IOException {
        byte[] bytes = Files.readAllBytes(made.needed());
        bytes[bytes.length / 2] ^= 1;
        Files.write(made.needed(), bytes);
        assertThatThrownBy(() -> catalog().install(MadeDistribution.NAME, made.jars(), null, QUIET))
                .hasMessageContaining("test.words:words:1.0 was not found")
                .hasMessageContaining("it has SHA-256");
        Files.write(made.needed(), new byte[3]);
        assertThatThrownBy(() -> catalog().install(MadeDistribution.NAME, made.jars(), null, QUIET))
                .hasMessageContaining("it has 3 bytes (expected: ");
        assertThat(made.installed().getParent()).isDirectoryNotContaining("glob:**words*");
    }

    @Test
    void fetchesFromARepositoryAndTellsHowFarItIs() throws IOException {
        try (Repository repository = new Repository(made.needed())) {
            List<Long> seen = new ArrayList<>();
            catalog()
                    .install(
                            MadeDistribution.NAME,
                            null,
                            repository.address(),
                            (file, number, count, done, all) -> seen.add(done));
            assertThat(made.installed()).hasSameBinaryContentAs(made.needed());
            assertThat(seen).isSorted().endsWith(made.needed().toFile().length());
            assertThat(repository.asked).containsExactly("/maven2/test/words/words/1.0/words-1.0.jar");
        }
    }

    @Test
    void saysWhatARepositoryAnswered() throws IOException {
        try (Repository repository = new Repository(temp.resolve("nothing"))) {
            assertThatThrownBy(() -> catalog().install(MadeDistribution.NAME, null, repository.address(), QUIET))
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                    .hasMessageContaining("it answered 404 to /maven2/test/words/words/1.0/words-1.0.jar");
        }
    }

    @Test
    void namesTheBackendsThereAre() {
        assertThatThrownBy(() -> catalog().install("tensorflaw", null, null, QUIET))
                .hasMessage("no backend 'tensorflaw' (expected: parrot)");
    }

    @Test
    void knowsWhereMavenCentralIs() {
        assertThat(MavenCentral.address().getScheme()).isEqualTo("https");
        assertThat(MavenCentral.address().getPath()).isEqualTo("/maven2");
    }

    private InstalledBackends open() {
        return InstalledBackends.open(made.home(), new BackendSettings(1));
    }

    private BackendCatalog catalog() {
        return new BackendCatalog(made.home());
    }

    /** Has one file, under every name. */
    private static final class Repository implements AutoCloseable {
        final List<String> asked = new ArrayList<>();
        private final HttpServer server;

        Repository(Path file) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                asked.add(exchange.getRequestURI().getPath());
                if (Files.exists(file)) {
                    exchange.sendResponseHeaders(200, Files.size(file));
                    Files.copy(file, exchange.getResponseBody());
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
                exchange.close();
            });
            server.start();
        }

        URI address() {
            return URI.create(
                    "http://localhost:%d/maven2".formatted(server.getAddress().getPort()));
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}

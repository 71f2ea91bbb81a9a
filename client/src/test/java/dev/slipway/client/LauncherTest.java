package dev.slipway.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher {@code slipway} on a built tree, with programs in the place of Java that tell how they are called. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    /** Prints its arguments, a line each; in a training run makes the archive, or fails where NO_TRAINING says so. */
    private static final String JAVA = """
            #!/bin/sh
            printf '%%s\\n' 'java %s' "$@"
            for argument; do
              case $argument in
                -XX:AOTCacheOutput=*|-XX:ArchiveClassesAtExit=*)
                  [ -z "$NO_TRAINING" ] || exit 3
                  echo archive > "${argument#*=}" ;;
              esac
            done
            """;

    private record Outcome(int code, List<String> out, String err) {}

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void makeTree() throws IOException {
        root = Files.createDirectories(folder.toRealPath().resolve("a tree"));
        Files.createDirectories(root.resolve("examples/models"));
        Files.createDirectories(root.resolve("server/target/slipway/lib"));
        Files.writeString(jar("a.jar"), "a");
        Files.writeString(jar("slipway-server-1.jar"), "server");
        Files.copy(
                Path.of(System.getProperty("slipway.root"), "slipway"), launcher(), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private Path launcher() {
        return root.resolve("slipway");
    }

    private Path jar(String name) {
        return root.resolve("server/target/slipway/lib").resolve(name);
    }

    private Path java(String version) throws IOException {
        Path home = folder.resolve("java-" + version);
        Path program = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(program, JAVA.formatted(version));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                home.resolve("release"),
                "JAVA_VERSION=\"%s\"%nJAVA_RUNTIME_VERSION=\"%s+1\"%n".formatted(version, version));
        return home;
    }

    private Outcome slipway(Map<String, String> environment, String... arguments) throws Exception {
        return run(launcher(), environment, arguments);
    }

    private Outcome run(Path program, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Path err = folder.resolve("err");
        builder.redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SLIPWAY_") || name.equals("JAVA_HOME"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out.lines().toList(), Files.readString(err));
    }

    @Test
    void startsTheNewestJavaWithTheWholeClassPathAndAllArguments() throws Exception {
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                java("98.0.9").toString(),
                "PATH",
                java("98.0.10").resolve("bin") + ":" + System.getenv("PATH"),
                "SLIPWAY_JAVA_OPTS",
                "-Xmx1g  -Da=b");
        Outcome outcome = slipway(environment, "check", "a b", "*");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).startsWith("java 98.0.10").endsWith("dev.slipway.server.Main", "check", "a b", "*");
        assertThat(outcome.out())
                .containsSequence("-Xmx1g", "-Da=b", "-cp", jar("a.jar") + ":" + jar("slipway-server-1.jar"))
                .contains("-Dslipway.home=" + root.resolve("server/target/slipway"))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void givesJava17NoOptionThatItDoesNotKnow() throws Exception {
        Outcome outcome = slipway(Map.of("SLIPWAY_JAVA_HOME", java("17.0.15").toString()), "version");
        assertThat(outcome.out()).contains("java 17.0.15").noneMatch(line -> line.startsWith("--"));
    }

    @Test
    void isFoundThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a tree/slipway"));
        Path linkToLink = Files.createSymbolicLink(folder.resolve("link to link"), link);
        Outcome outcome =
                run(linkToLink, Map.of("SLIPWAY_JAVA_HOME", java("17.0.1").toString()), "version");
        assertThat(outcome.out()).contains("-Dslipway.home=" + root.resolve("server/target/slipway"));
    }

    @Test
    void saysSoWhenJavaIsTooOldOrMissing() throws Exception {
        Path old = java("1.8.0_392");
        Outcome outcome = slipway(Map.of("SLIPWAY_JAVA_HOME", old.toString()), "version");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo(
                        "slipway: SLIPWAY_JAVA_HOME is %s, which holds an older one:\n  1.8.0_392 in %s (expected: Java >= 17)\n"
                                .formatted(old, old));
        assertThat(slipway(Map.of("SLIPWAY_JAVA_HOME", "/none"), "version").err())
                .isEqualTo("slipway: SLIPWAY_JAVA_HOME is /none, which holds no Java (expected: Java >= 17)\n");
    }

    @Test
    void buildsOnlyWhereThereIsSomethingToBuild() throws Exception {
        Files.delete(jar("slipway-server-1.jar"));
        Outcome outcome = slipway(Map.of("SLIPWAY_JAVA_HOME", java("17.0.1").toString()), "version");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("neither a distribution in").contains("nor sources in");
    }

    @Test
    void startsFromAnArchiveThatItMadeAndThatNothingChangedSince() throws Exception {
        for (String version : List.of("17.0.15", "25.0.3")) {
            String archive = version.startsWith("17") ? "-XX:SharedArchiveFile=" : "-XX:AOTCache=";
            Map<String, String> environment =
                    Map.of("SLIPWAY_JAVA_HOME", java(version).toString());
            assertThat(slipway(environment, "models").out()).noneMatch(line -> line.startsWith(archive));
            Outcome first = slipway(environment, "serve");
            assertThat(first.err()).contains("preparing faster starts");
            assertThat(first.out()).anyMatch(line -> line.startsWith(archive));
            Outcome second = slipway(environment, "models");
            assertThat(second.err()).isEmpty();
            assertThat(second.out()).anyMatch(line -> line.startsWith(archive));
            Map<String, String> off =
                    Map.of("SLIPWAY_JAVA_HOME", java(version).toString(), "SLIPWAY_NO_STARTUP_ARCHIVE", "1");
            assertThat(slipway(off, "serve").out()).noneMatch(line -> line.startsWith(archive));
        }
    }

    @Test
    void startsWithoutAnArchiveThatIsDamagedOrOlderThanAJar() throws Exception {
        Map<String, String> environment =
                Map.of("SLIPWAY_JAVA_HOME", java("25.0.3").toString());
        slipway(environment, "serve");
        try (Stream<Path> files = Files.list(root.resolve("server/target/slipway/startup"))) {
            Path archive = files.filter(file -> file.toString().endsWith(".aot"))
                    .findAny()
                    .orElseThrow();
            Files.writeString(archive, "damaged");
        }
        assertThat(slipway(environment, "models").out()).noneMatch(line -> line.startsWith("-XX:AOT"));
        slipway(environment, "serve");
        assertThat(slipway(environment, "models").out()).anyMatch(line -> line.startsWith("-XX:AOTCache"));
        Files.writeString(jar("a.jar"), "changed, and dated back");
        Files.setLastModifiedTime(jar("a.jar"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(slipway(environment, "models").out()).noneMatch(line -> line.startsWith("-XX:AOT"));
    }

    @Test
    void sumsUpAnArchiveOnlyWhenSomethingWasWrittenToSinceTheLastTime() throws Exception {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path sums = folder.resolve("sums");
        Path program = Files.writeString(
                programs.resolve("cksum"), "#!/bin/sh\necho once >> '%s'\nexec /usr/bin/cksum\n".formatted(sums));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> environment =
                Map.of("SLIPWAY_JAVA_HOME", java("25.0.3").toString(), "PATH", programs + ":" + System.getenv("PATH"));
        slipway(environment, "serve");
        long atFirst = Files.readAllLines(sums).size();
        assertThat(slipway(environment, "models").out()).anyMatch(line -> line.startsWith("-XX:AOTCache"));
        assertThat(slipway(environment, "serve").out()).anyMatch(line -> line.startsWith("-XX:AOTCache"));
        assertThat(Files.readAllLines(sums)).hasSize((int) atFirst);
        // A copy of the jar, such as in an image of the distribution, is another file with the same content.
        Path copy = folder.resolve("copy");
        Files.copy(jar("a.jar"), copy, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(copy, jar("a.jar"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(slipway(environment, "models").out()).anyMatch(line -> line.startsWith("-XX:AOTCache"));
        assertThat(slipway(environment, "models").out()).anyMatch(line -> line.startsWith("-XX:AOTCache"));
        assertThat(Files.readAllLines(sums)).hasSize((int) atFirst + 1);
    }

    @Test
    void putsTheOnnxBackendOnTheClassPathAndOthersNot() throws Exception {
        Path backends = root.resolve("server/target/slipway/backends");
        Path onnx = Files.writeString(
                Files.createDirectories(backends.resolve("onnx")).resolve("o.jar"), "onnx");
        Files.writeString(Files.createDirectories(backends.resolve("other")).resolve("p.jar"), "other");
        Outcome outcome = slipway(Map.of("SLIPWAY_JAVA_HOME", java("17.0.1").toString()), "version");
        assertThat(outcome.out())
                .containsSequence("-cp", jar("a.jar") + ":" + jar("slipway-server-1.jar") + ":" + onnx);
    }

    @Test
    void startsAllTheSameWhenTheTrainingFailsAndDoesNotTryAgain() throws Exception {
        Map<String, String> environment =
                Map.of("SLIPWAY_JAVA_HOME", java("25.0.3").toString(), "NO_TRAINING", "1");
        Outcome first = slipway(environment, "serve");
        assertThat(first.err()).contains("preparing faster starts");
        assertThat(first.code()).isZero();
        assertThat(first.out()).endsWith("serve").noneMatch(line -> line.startsWith("-XX:AOT"));
        assertThat(slipway(environment, "serve").err()).isEmpty();
    }
}

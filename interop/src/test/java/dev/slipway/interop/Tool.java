package dev.slipway.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Programs that a machine may have or not; without them the tests that use them are skipped, and say why. */
enum Tool {
    CURL("curl", "--version"),
    NODE("node", "--version"),
    NPM("npm", "--version"),
    PYTHON("python3", "--version");

    private final String program;
    private final String versionOption;

    Tool(String program, String versionOption) {
        this.program = program;
        this.versionOption = versionOption;
    }

    /** Skips the test where the program is not on the path, or does not say its version. */
    String required() {
        Optional<Path> found = Arrays.stream(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), program + " is not on the PATH");
        Program version = Program.run(temporaryFolder(), null, List.of(program, versionOption));
        assumeTrue(
                version.exitCode() == 0,
                () -> "%s %s ends with %d: %s".formatted(program, versionOption, version.exitCode(), version.error()));
        return version.text();
    }

    /** As {@link #required}, and where its version does not name a feature. */
    void requiredWith(String feature) {
        String version = required();
        assumeTrue(
                version.toLowerCase(Locale.ROOT).contains(feature.toLowerCase(Locale.ROOT)),
                () -> "%s is without %s: %s".formatted(program, feature, version));
    }

    /** As {@link #required}, and where its version, which is all it says, is an older one: {@code v20.20.2}. */
    void requiredFrom(int major) {
        String version = required().strip();
        assumeTrue(
                Integer.parseInt(version.replaceAll("^v|\\..*$", "")) >= major,
                () -> "%s is %s (expected: %d or newer)".formatted(program, version, major));
    }

    private static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}

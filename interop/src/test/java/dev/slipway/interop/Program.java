package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program outside this JVM that has run to its end.
 *
 * @param exitCode 0 where all went well
 * @param out standard output
 * @param error standard error
 */
record Program(List<String> command, int exitCode, byte[] out, String error) {
    private static final Duration TIME_MAX = Duration.ofMinutes(2);

    /**
     * Runs a program.
     *
     * @param folder where it runs, and where what it prints is kept
     * @param input file for its standard input; null for none
     * @throws AssertionError when it has not ended after two minutes; it is ended then
     */
    static Program run(Path folder, Path input, List<String> command) {
        try {
            Path out = Files.createTempFile(folder, "out", ".txt");
            Path error = Files.createTempFile(folder, "error", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(input == null ? new File("/dev/null") : input.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(error.toFile())
                    .start();
            if (!process.waitFor(TIME_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("%s still runs after %s; it printed: %s %s"
                        .formatted(command, TIME_MAX, Files.readString(out), Files.readString(error)));
            }
            return new Program(command, process.exitValue(), Files.readAllBytes(out), Files.readString(error));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("%s can't be run".formatted(command), e);
        }
    }

    /**
     * Runs a class with a {@code main} in a JVM of its own, with all that this one has on its class path.
     *
     * @throws AssertionError when it does not end with 0
     */
    static Report java(Path folder, Class<?> main, List<String> arguments) {
        return java(folder, System.getProperty("java.class.path"), main, arguments);
    }

    /** As {@link #java(Path, Class, List)}, with another class path. */
    static Report java(Path folder, String classPath, Class<?> main, List<String> arguments) {
        try {
            // A class path is too long for some command lines.
            Path options = Files.writeString(
                    Files.createTempFile(folder, "java", ".options"),
                    "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n-cp \"%s\"\n"
                            .formatted(classPath.replace("\\", "\\\\")));
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("@" + options);
            command.add(main.getName());
            command.addAll(arguments);
            return Report.of(run(folder, null, command).succeeded());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The same, which must have ended with 0. */
    Program succeeded() {
        assertThat(exitCode).as("%s: %s %s", command, text(), error).isZero();
        return this;
    }

    /** Standard output. */
    String text() {
        return new String(out, StandardCharsets.UTF_8);
    }
}

package dev.slipway.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of Debian's package prometheus; tests that need one are skipped where it is not on the path. */
final class Promtool {
    private Promtool() {}

    static Path require(String program) {
        Path found = Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(found != null, program + " is not installed (apt-get install prometheus)");
        return found;
    }

    /** Runs it in a folder, and expects it to be content. */
    static void run(Path folder, Path input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(require("promtool").toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("promtool", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            boolean hasEnded = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(hasEnded).as("%s has ended", command).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", command, Files.readString(out))
                    .isZero();
        } finally {
            Files.delete(out);
        }
    }
}

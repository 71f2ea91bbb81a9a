package dev.slipway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecodersTest {
    private static final Path FOLDER = Path.of(System.getProperty("slipway.root"), "fuzz");

    /** Of each decoder, in the tests: the same each time, or as many as fit. Who wants to find more runs {@link Fuzzing}. */
    private static final List<String> FEW = List.of("-max_total_time=3", "-seed=1", "-runs=5000");

    @TempDir
    Path temp;

    /** Each search starts a JVM of its own; what one JDK finds in the decoders' code the other does too, so one is enough. */
    private static final int SEARCHED_FROM = 25;

    static Set<String> decoders() {
        return Decoders.all().keySet();
    }

    /** Else a decoder that refuses everything would pass. */
    @ParameterizedTest
    @MethodSource("decoders")
    void readTheirSeeds(String name) throws IOException {
        List<Path> seeds = files(FOLDER.resolve("seeds").resolve(name));
        assertThat(seeds).isNotEmpty();
        for (Path seed : seeds) {
            assertThat(Trial.run(Decoders.of(name), Files.readAllBytes(seed)))
                    .as(seed.toString())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void readOrRefuseWhatWasFoundBefore(String name) throws IOException {
        for (Path kept : files(FOLDER.resolve("corpus").resolve(name))) {
            try {
                Trial.run(Decoders.of(name), Files.readAllBytes(kept));
            } catch (AssertionError e) {
                throw new AssertionError(kept + ": " + e.getMessage(), e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void readOrRefuseWhatIsFoundInSomeSeconds(String name) throws Exception {
        assumeTrue(Fuzzing.isPossible(), "Jazzer runs on Linux x86-64");
        assumeTrue(
                Runtime.version().feature() >= SEARCHED_FROM || Boolean.getBoolean("slipway.fuzz"),
                "searched on JDK 25, or with -Dslipway.fuzz=true");
        Path corpus = Files.createDirectories(temp.resolve("corpus"));
        Path output = temp.resolve("output");
        ProcessBuilder run = Fuzzing.process(name, FOLDER, FEW, corpus);
        run.command()
                .add(Files.createDirectories(FOLDER.resolve("corpus").resolve(name))
                        .toString());
        int code = run.redirectOutput(output.toFile()).start().waitFor();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(code).as(said).isZero();
        assertThat(said).contains("DONE");
    }

    @Test
    void aFaultOfADecoderIsFound() {
        assertThatThrownBy(() -> Trial.run(bytes -> bytes.get(7), new byte[0])).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Trial.run(
                        bytes -> {
                            throw new SlipwayException(ErrorCode.INTERNAL, "a bug");
                        },
                        new byte[0]))
                .hasMessageContaining("INTERNAL");
        assertThatThrownBy(() -> Trial.run(bytes -> new byte[64 << 20].clone(), new byte[1]))
                .hasMessageContaining("bytes were allocated for 1 bytes");
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}

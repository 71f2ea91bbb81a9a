package dev.slipway.backend.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendContract.Example;
import dev.slipway.api.Servable;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(300)
class NativeMemoryTest {
    private static final int WARM_CYCLES = 200;
    private static final int CYCLES = 200;
    private static final long GROWTH_BYTES_MAX = 24L << 20;

    @Test
    void staysFlatOverLoadsAndRuns() throws Exception {
        long growth = growthInAJvmOfItsOwn("closing");
        System.out.printf("native memory: %d KiB more after %d loads%n", growth >> 10, CYCLES);
        assertThat(growth).isLessThan(GROWTH_BYTES_MAX);
    }

    /** The test above could not fail if its measure did not see a leak. */
    @Test
    void growsWhereModelsAreLeftOpen() throws Exception {
        assertThat(growthInAJvmOfItsOwn("leaking")).isGreaterThan(2 * GROWTH_BYTES_MAX);
    }

    private static long growthInAJvmOfItsOwn(String mode) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        mode))
                .redirectErrorStream(true)
                .directory(new File("."))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Long.parseLong(output.replaceAll("(?s).*growth: (-?\\d+).*", "$1"));
    }

    /** Loads, runs and unloads, and prints by how many bytes the process grew. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            boolean isLeaking = args[0].equals("leaking");
            List<Example> examples = TestModels.examples(TestModels.digits(2)).subList(0, 3);
            try (Backend backend = TestModels.open()) {
                for (int cycle = 0; cycle < WARM_CYCLES; cycle++) {
                    cycle(backend, examples, false);
                }
                long before = residentBytes();
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    cycle(backend, examples, isLeaking);
                }
                System.out.println("growth: " + (residentBytes() - before));
            }
            if (!isLeaking && Arena.open() != 0) {
                throw new IllegalStateException(Arena.open() + " arenas are open (expected: 0)");
            }
        }

        private static void cycle(Backend backend, List<Example> examples, boolean isLeaking) {
            if (isLeaking) {
                TestModels.load(backend, TestModels.digits(2))
                        .run(TestModels.request(examples.get(0).inputs()));
            }
            try (Servable servable = TestModels.load(backend, TestModels.digits(2))) {
                for (Example example : examples) {
                    servable.run(TestModels.request(example.inputs())).close();
                }
            }
        }

        private static long residentBytes() throws IOException {
            System.gc();
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
        }
    }
}

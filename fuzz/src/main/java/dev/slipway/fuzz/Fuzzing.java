package dev.slipway.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Fuzzes decoders, one after the other, each in a process of its own: {@code Fuzzing FOLDER SECONDS [NAME...]}. Inputs that
 * reach new code are added to {@code FOLDER/corpus/NAME}; an input that breaks a decoder is written to {@code
 * FOLDER/target}, and ends the run.
 *
 * @see <a href="https://llvm.org/docs/LibFuzzer.html#options">the options of libFuzzer</a>
 */
public final class Fuzzing {
    private static final int INPUT_BYTES_MAX = 4096;
    private static final int HANG_SECONDS = 10;

    private Fuzzing() {}

    /** Whether Jazzer runs here. */
    static boolean isPossible() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 2) {
            System.err.println(
                    "Fuzzing FOLDER SECONDS [NAME...]; names: " + Decoders.all().keySet());
            System.exit(2);
        }
        Path folder = Path.of(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        List<String> names = List.of(arguments).subList(2, arguments.length);
        for (String name : names.isEmpty() ? Decoders.all().keySet() : names) {
            System.err.printf("== %s: %d s%n", name, seconds);
            Path corpus = Files.createDirectories(folder.resolve("corpus").resolve(name));
            ProcessBuilder run = process(name, folder, List.of("-max_total_time=" + seconds), corpus);
            int code = run.inheritIO().start().waitFor();
            if (code != 0) {
                System.err.printf("== %s: broken, exit code %d%n", name, code);
                System.exit(1);
            }
        }
    }

    /**
     * A process that fuzzes one decoder, and ends with 0 when it found nothing.
     *
     * @param folder with {@code seeds} and {@code target}
     * @param options of libFuzzer
     * @param corpus takes what reaches new code
     */
    static ProcessBuilder process(String name, Path folder, List<String> options, Path corpus) throws IOException {
        Decoders.of(name);
        Path found = Files.createDirectories(folder.resolve("target/found"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-D" + FuzzTarget.DECODER + "=" + name,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzTarget.class.getName(),
                "--instrumentation_includes=dev.slipway.**",
                "--disabled_hooks=.*",
                "-max_len=" + INPUT_BYTES_MAX,
                "-timeout=" + HANG_SECONDS,
                "-artifact_prefix=" + found + File.separator + name + "-"));
        command.addAll(options);
        command.add(corpus.toString());
        Path seeds = folder.resolve("seeds").resolve(name);
        if (Files.isDirectory(seeds)) {
            command.add(seeds.toString());
        }
        return new ProcessBuilder(command).directory(found.toFile()).redirectErrorStream(true);
    }
}

package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Starts a server again and again, and measures it from outside.
 *
 * @param millis from the start of the process to its first right answer, one for each run, ascending
 * @param residentKib of the process when idle, in KiB, one for each run, ascending
 */
public record StartUp(List<Double> millis, List<Long> residentKib) {

    /**
     * What to start, and how often.
     *
     * @param command the program and its arguments; the process must itself become the server
     * @param port where the server will answer
     * @param runs at least 1
     * @param idle how long it is left alone before its memory is read
     * @param log takes what the command prints
     */
    public record Plan(List<String> command, int port, int runs, Duration idle, Path log) {}

    /**
     * Carries the plan out.
     *
     * @throws IOException when the command can't be run, answers wrongly, or exits with another code than 0 on SIGTERM
     */
    public static StartUp measure(Plan plan, Workload workload) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        List<Long> residentKib = new ArrayList<>();
        for (int run = 0; run < plan.runs(); run++) {
            ProcessBuilder builder = new ProcessBuilder(plan.command())
                    .redirectErrorStream(true)
                    .redirectOutput(plan.log().toFile());
            long begin = System.nanoTime();
            Process process = builder.start();
            try {
                FirstAnswer.await(workload, plan.port(), Duration.ofMinutes(2));
                millis.add((System.nanoTime() - begin) / 1e6);
                Thread.sleep(plan.idle().toMillis());
                residentKib.add(residentKib(process.pid()));
                end(process);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        Collections.sort(millis);
        Collections.sort(residentKib);
        return new StartUp(millis, residentKib);
    }

    private static void end(Process process) throws IOException, InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            throw new IOException("the server %s after SIGTERM (expected: exit code 0)"
                    .formatted(ended ? "exited with code " + process.exitValue() : "still ran 60 s"));
        }
    }

    private static long residentKib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/%d/status has no VmRSS".formatted(pid));
    }

    /** The middle one of the times. */
    public double medianMillis() {
        return millis.get((millis.size() - 1) / 2);
    }

    /** The middle one of the sizes, in MiB. */
    public double medianMebibytes() {
        return residentKib.get((residentKib.size() - 1) / 2) / 1024.0;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.0f ms to the first answer (%.0f to %.0f in %d runs), %.0f MiB resident when idle",
                medianMillis(),
                millis.get(0),
                millis.get(millis.size() - 1),
                millis.size(),
                medianMebibytes());
    }
}

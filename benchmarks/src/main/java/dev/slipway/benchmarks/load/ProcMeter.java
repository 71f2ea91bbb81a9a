package dev.slipway.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the CPU time of a process and its children, and how busy a core is, from {@code /proc}. */
public final class ProcMeter implements Meter {
    private static final Path STAT = Path.of("/proc/stat");

    private final List<ProcessHandle> processes;
    private final String core;

    /**
     * @param pid the target's process; with 0 or that of a process that is gone, no CPU time is known
     * @param core the load generator's; below 0 where it has none for itself
     */
    public ProcMeter(long pid, int core) {
        this.processes = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
        this.core = core < 0 ? "" : "cpu" + core + " ";
    }

    @Override
    public Reading read() {
        double[] ticks = coreTicks();
        return new Reading(System.nanoTime(), cpuSeconds(), ticks[0], ticks[1]);
    }

    private double cpuSeconds() {
        if (processes.isEmpty()) {
            return Double.NaN;
        }
        return processes.stream()
                        .map(process -> process.info().totalCpuDuration())
                        .flatMap(Optional::stream)
                        .mapToDouble(Duration::toNanos)
                        .sum()
                / 1e9;
    }

    /** Busy ticks and all ticks of the core; {@code NaN} where nobody tells. */
    private double[] coreTicks() {
        double[] unknown = {Double.NaN, Double.NaN};
        if (core.isEmpty() || !Files.isReadable(STAT)) {
            return unknown;
        }
        try {
            return Files.readAllLines(STAT).stream()
                    .filter(line -> line.startsWith(core))
                    .findFirst()
                    .map(ProcMeter::ticks)
                    .orElse(unknown);
        } catch (IOException e) {
            return unknown;
        }
    }

    /** Of a line {@code cpu0 user nice system idle iowait irq softirq steal guest guest_nice}: busy and all. */
    static double[] ticks(String line) {
        double[] fields = Arrays.stream(line.trim().split("\\s+"))
                .skip(1)
                .limit(8)
                .mapToDouble(Double::parseDouble)
                .toArray();
        double all = Arrays.stream(fields).sum();
        return new double[] {all - fields[3] - fields[4], all};
    }
}

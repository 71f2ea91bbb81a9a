package dev.slipway.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process and its children hold.
 *
 * @param residentMebibytes by {@code /proc}; {@code NaN} where it is not known
 * @param heapMebibytes that Java's heap has in use, garbage included, by {@code jcmd}; {@code NaN} where it is not known
 */
public record Memory(double residentMebibytes, double heapMebibytes) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern HEAP = Pattern.compile("(?:total|reserved).*?used (\\d+)K");
    private static final double KIBIBYTES = 1024;

    /** Of process {@code pid}, now. */
    public static Memory of(long pid) {
        List<ProcessHandle> processes = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
        return new Memory(
                processes.stream()
                        .map(process -> resident(process.pid()))
                        .flatMap(Optional::stream)
                        .reduce(Double::sum)
                        .orElse(Double.NaN),
                processes.stream()
                        .map(process -> heap(process.pid()))
                        .flatMap(Optional::stream)
                        .reduce(Double::sum)
                        .orElse(Double.NaN));
    }

    private static Optional<Double> resident(long pid) {
        try {
            return first(RESIDENT, Files.readString(Path.of("/proc/" + pid + "/status")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> heap(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return Optional.empty();
        }
        try {
            return first(HEAP, Command.run(List.of(jcmd.toString(), Long.toString(pid), "GC.heap_info")));
        } catch (IllegalStateException e) {
            // No Java runs there.
            return Optional.empty();
        }
    }

    static Optional<Double> heap(String text) {
        return first(HEAP, text);
    }

    private static Optional<Double> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(Long.parseLong(found.group(1)) / KIBIBYTES) : Optional.empty();
    }
}

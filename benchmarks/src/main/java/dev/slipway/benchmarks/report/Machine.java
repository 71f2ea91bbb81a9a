package dev.slipway.benchmarks.report;

import dev.slipway.benchmarks.load.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where and when something was measured. */
public final class Machine {
    private Machine() {}

    /**
     * Facts by name.
     *
     * @param root of the checkout
     */
    public static Map<String, String> facts(Path root, Clock clock) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.runtime.version"));
        facts.put("commit", commit(root));
        facts.put("date", LocalDateTime.now(clock.withZone(ZoneOffset.UTC)).truncatedTo(ChronoUnit.MINUTES) + " UTC");
        facts.put("load average", line(Path.of("/proc/loadavg"), ""));
        return facts;
    }

    private static String processor() {
        String name = line(Path.of("/proc/cpuinfo"), "model name");
        return name.isEmpty()
                ? System.getProperty("os.arch")
                : name.substring(name.indexOf(':') + 1).trim();
    }

    private static String commit(Path root) {
        try {
            return Command.run(List.of("git", "-C", root.toString(), "describe", "--always", "--dirty"))
                    .trim();
        } catch (IllegalStateException e) {
            return "unknown";
        }
    }

    /** The first line of {@code file} that begins so; empty if there is none. */
    private static String line(Path file, String begin) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(begin))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}

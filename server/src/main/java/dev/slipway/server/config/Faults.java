package dev.slipway.server.config;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All that is wrong with one file; what is wrong with one value is told once. Used by one thread. */
final class Faults {
    /** A file that is wrong all over would fill the screen. */
    private static final int SHOWN_MAX = 50;

    private final String subject;
    private final List<Fault> faults = new ArrayList<>();
    private final Set<String> places = new HashSet<>();

    private record Fault(int line, String message) {}

    /** @param subject what messages call the file */
    Faults(String subject) {
        this.subject = subject;
    }

    /** A key that nobody knows. */
    void unknownKey(YamlValue value, String message) {
        if (places.add(value.path())) {
            faults.add(new Fault(value.line(), message));
        }
    }

    /** A value that is not what was expected. */
    void wrong(YamlValue value, String expected) {
        problem(value, "%s (expected: %s)".formatted(value.shown(), expected));
    }

    /** Something else about a value. */
    void problem(YamlValue value, String message) {
        if (places.add(value.path())) {
            String place = value.path().isEmpty() ? "" : value.path() + ": ";
            faults.add(new Fault(value.line(), place + message));
        }
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} with a line for each fault, when there is any */
    void check() {
        if (!faults.isEmpty()) {
            String lines = faults.stream()
                    .sorted(Comparator.comparingInt(Fault::line))
                    .limit(SHOWN_MAX)
                    .map(fault -> "%s:%d: %s".formatted(subject, fault.line(), fault.message()))
                    .collect(Collectors.joining("\n"));
            String rest =
                    faults.size() > SHOWN_MAX ? "\n%s: and %d more".formatted(subject, faults.size() - SHOWN_MAX) : "";
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, lines + rest);
        }
    }
}

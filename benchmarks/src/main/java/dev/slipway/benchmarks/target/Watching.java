package dev.slipway.benchmarks.target;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How closely a server looks at those who ask, and at what it does. */
public enum Watching {
    /** It counts answers and their times, no more; whoever asks may. */
    UNWATCHED("unwatched", false, false, false),
    /** It knows callers by their API keys, and looks up what they may do. */
    KEYS("with-keys", true, false, false),
    /** It times each phase. */
    METRICS("with-metrics", false, true, false),
    /** It sends the traces of one request in a hundred. */
    TRACES("with-traces", false, false, true),
    /** All of these. */
    WATCHED("watched", true, true, true);

    private final String target;
    private final boolean keys;
    private final boolean phases;
    private final boolean traces;

    Watching(String target, boolean keys, boolean phases, boolean traces) {
        this.target = target;
        this.keys = keys;
        this.phases = phases;
        this.traces = traces;
    }

    /** As the target is called. */
    public String target() {
        return target;
    }

    /** All targets. */
    public static List<String> targets() {
        return Arrays.stream(values()).map(Watching::target).toList();
    }

    static Optional<Watching> of(String target) {
        return Arrays.stream(values())
                .filter(watching -> watching.target.equals(target))
                .findFirst();
    }

    boolean asksForKeys() {
        return keys;
    }

    boolean sendsTraces() {
        return traces;
    }

    /**
     * The server's configuration.
     *
     * @param collector that traces go to, where they are sent
     */
    String configuration(String models, String collector) {
        String sent = traces ? "tracing: {endpoint: '%s', sample: 1%%}%n".formatted(collector) : "";
        return "repository: '%s'%nmetrics: {phases: %b, peers: %b}%n".formatted(models, phases, phases) + sent;
    }
}

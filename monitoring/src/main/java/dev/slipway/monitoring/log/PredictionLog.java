package dev.slipway.monitoring.log;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Which requests of which models are taken down, and where. Thread-safe. */
public final class PredictionLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PredictionLog.class.getName());

    private final Map<String, Outlet> outlets;
    private final Map<String, Chosen> models = new ConcurrentHashMap<>();

    /** What a model's settings come to. */
    private record Chosen(ModelLog log, Outlet outlet, Redaction redaction) {}

    /** @param outlets by the names of their sinks */
    public PredictionLog(Map<String, Outlet> outlets) {
        this.outlets = Map.copyOf(outlets);
    }

    /** Has a model's requests taken down from now on; null for none of them. */
    public void configure(String model, @Nullable ModelLog log) {
        Outlet outlet = log == null ? null : outlets.get(log.sink());
        if (log == null || outlet == null) {
            models.remove(model);
        } else {
            models.put(
                    model,
                    new Chosen(log, outlet, log.redact().isEmpty() ? Redaction.NONE : new Redaction(log.redact())));
        }
        if (log != null && outlet == null) {
            LOG.log(
                    Level.ERROR,
                    "model ''{0}'': prediction_log names sink ''{1}'' (expected: one of prediction_log.sinks: {2}); nothing is taken down",
                    model,
                    log.sink(),
                    new TreeMap<>(outlets).keySet());
        }
    }

    /** Who takes a request down; null for one that is not chosen. */
    public @Nullable PredictionFollower follow(String model) {
        Chosen chosen = models.get(model);
        if (chosen == null) {
            return null;
        }
        double share = chosen.log().share();
        if (share < 1 && ThreadLocalRandom.current().nextDouble() >= share) {
            return null;
        }
        return new PredictionFollower(chosen.outlet(), chosen.log(), chosen.redaction());
    }

    /** All sinks. */
    public Collection<Outlet> outlets() {
        return outlets.values();
    }

    /** Writes what there is, for as long as {@code patience} in all; what is left then is dropped, and counted. */
    public void close(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        outlets.values().forEach(outlet -> outlet.closing(end));
        outlets.values().forEach(Outlet::join);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}

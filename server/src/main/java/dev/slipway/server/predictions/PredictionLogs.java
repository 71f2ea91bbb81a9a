package dev.slipway.server.predictions;

import dev.slipway.monitoring.log.ModelLog;
import dev.slipway.monitoring.log.Outlet;
import dev.slipway.monitoring.log.PayloadEvents;
import dev.slipway.monitoring.log.PredictionLog;
import dev.slipway.server.config.PredictionLogConfig;
import dev.slipway.server.observe.RequestObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The prediction log of a server. Where no sink is configured, nobody looks at requests for it. */
public final class PredictionLogs implements AutoCloseable {
    private final PredictionLog log;
    private final List<RequestObserver> observers;

    private PredictionLogs(Map<String, Outlet> outlets) {
        log = new PredictionLog(outlets);
        observers = outlets.isEmpty() ? List.of() : List.of(new PredictionObserver(log));
    }

    /**
     * Opens all sinks.
     *
     * @param home the distribution's folder; null when running from a class path alone
     * @throws dev.slipway.api.SlipwayException {@code FAILED_PRECONDITION} when one needs what is not installed
     */
    public static PredictionLogs open(PredictionLogConfig config, @Nullable Path home) {
        PayloadEvents words = new PayloadEvents(
                config.source().isEmpty() ? "slipway://" + host() : config.source(), config.namespace());
        Outlet.Settings settings = Outlet.Settings.DEFAULT.withBytesMax(config.bufferBytes());
        Map<String, Outlet> outlets = new TreeMap<>();
        boolean areOpen = false;
        try {
            config.sinks()
                    .forEach((name, place) -> outlets.put(
                            name, new Outlet(name, PredictionSinks.open(name, place, home), words, settings)));
            areOpen = true;
            return new PredictionLogs(outlets);
        } finally {
            if (!areOpen) {
                // Those before the one that can't be opened have a thread each.
                new PredictionLogs(outlets).close();
            }
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Has a model's requests taken down from now on; null for none of them. */
    public void configure(String model, @Nullable ModelLog wanted) {
        log.configure(model, wanted);
    }

    /** Who looks on at requests; nobody where there is no sink. */
    public List<RequestObserver> observers() {
        return observers;
    }

    /** All sinks. */
    public Collection<Outlet> outlets() {
        return log.outlets();
    }

    /** Writes what there is, for as long as {@code patience}; what is left then is dropped, and counted. */
    public void close(Duration patience) {
        log.close(patience);
    }

    @Override
    public void close() {
        log.close();
    }
}

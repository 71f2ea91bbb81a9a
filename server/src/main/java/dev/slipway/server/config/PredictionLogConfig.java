package dev.slipway.server.config;

import dev.slipway.monitoring.log.HttpSink;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where predictions are taken down.
 *
 * @param source what events say of where they happened, a URI reference; empty for the machine's name
 * @param namespace what events say of where the server runs
 * @param bufferBytes that each sink may hold of what is not written
 * @param sinks by name
 */
public record PredictionLogConfig(String source, String namespace, long bufferBytes, SortedMap<String, Place> sinks) {
    public static final String NAMESPACE = "default";
    public static final long BUFFER_BYTES = 64L << 20;

    /** Nowhere. */
    public static final PredictionLogConfig NONE =
            new PredictionLogConfig("", NAMESPACE, BUFFER_BYTES, new TreeMap<>());

    public PredictionLogConfig {
        sinks = Collections.unmodifiableSortedMap(new TreeMap<>(sinks));
    }

    /** A place for events. */
    public sealed interface Place permits Files, Http, Kafka {}

    /** How files hold events. */
    public enum Form {
        JSONL,
        PARQUET
    }

    /**
     * In files.
     *
     * @param folder absolute
     * @param rotateBytes with which a file is ended
     * @param rotateAge with which a file is ended; zero for any
     * @param keep files that are kept beside the open one; 0 for all
     * @param isZipped whether a JSONL file that was ended is compressed; Parquet files are anyway
     */
    public record Files(Form form, String folder, long rotateBytes, Duration rotateAge, int keep, boolean isZipped)
            implements Place {}

    /**
     * At an address.
     *
     * @param url with http: or https:
     * @param timeout for a request
     * @param tokenFile absolute; null for none
     */
    public record Http(
            String url,
            HttpSink.Mode mode,
            Duration timeout,
            @Nullable String tokenFile) implements Place {
        /** URLs may hold passwords. */
        @Override
        public String toString() {
            return "Http[url=%s, mode=%s, timeout=%s, tokenFile=%s]"
                    .formatted(HttpSink.place(URI.create(url)), mode, timeout, tokenFile);
        }
    }

    /**
     * In a topic of Kafka.
     *
     * @param brokers each {@code host:port}
     * @param isBinary whether attributes are headers, or in the message
     * @param properties further ones of Kafka's producer
     */
    public record Kafka(List<String> brokers, String topic, boolean isBinary, Map<String, String> properties)
            implements Place {
        public Kafka {
            brokers = List.copyOf(brokers);
            properties = Collections.unmodifiableMap(new TreeMap<>(properties));
        }

        /** Properties may hold passwords. */
        @Override
        public String toString() {
            return "Kafka[brokers=%s, topic=%s, isBinary=%s, properties=%s]"
                    .formatted(brokers, topic, isBinary, new TreeSet<>(properties.keySet()));
        }
    }

    boolean areSaid() {
        return !equals(NONE);
    }

    /** Adds what differs, as {@link StartConfig#differences} has it. */
    void differences(PredictionLogConfig running, List<String> found) {
        differ("source", source, running.source, found);
        differ("namespace", namespace, running.namespace, found);
        differ("buffer", Quantities.printSize(bufferBytes), Quantities.printSize(running.bufferBytes), found);
        TreeSet<String> names = new TreeSet<>(sinks.keySet());
        names.addAll(running.sinks.keySet());
        for (String name : names) {
            differ("sinks." + name, sinks.get(name), running.sinks.get(name), found);
        }
    }

    private static void differ(String key, @Nullable Object here, @Nullable Object there, List<String> found) {
        if (!Objects.equals(here, there)) {
            found.add("prediction_log.%s: %s (running: %s)".formatted(key, shown(here), shown(there)));
        }
    }

    private static Object shown(@Nullable Object value) {
        return value == null || value.equals("") ? "not said" : value;
    }
}

package dev.slipway.server.predictions;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.monitoring.log.HttpSink;
import dev.slipway.monitoring.log.JsonLinesSink;
import dev.slipway.monitoring.log.ParquetSink;
import dev.slipway.monitoring.log.Rotation;
import dev.slipway.monitoring.log.Sink;
import dev.slipway.server.backend.SinkFolder;
import dev.slipway.server.config.PredictionLogConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Opens the sinks that a configuration names. */
final class PredictionSinks {
    private PredictionSinks() {}

    /**
     * Opens a sink; what it writes to is not touched before the first event.
     *
     * @param home the distribution's folder; null when running from a class path alone
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it needs what is not installed
     */
    static Sink open(String name, PredictionLogConfig.Place place, @Nullable Path home) {
        if (place instanceof PredictionLogConfig.Files files) {
            Path folder = Path.of(files.folder());
            Rotation rotation = new Rotation(files.rotateBytes(), files.rotateAge(), files.keep());
            return files.form() == PredictionLogConfig.Form.PARQUET
                    ? new ParquetSink(folder, name, rotation, Clock.systemUTC())
                    : new JsonLinesSink(folder, name, rotation, files.isZipped(), Clock.systemUTC());
        }
        if (place instanceof PredictionLogConfig.Http http) {
            String token = http.tokenFile();
            return new HttpSink(new HttpSink.Target(
                    URI.create(http.url()), http.mode(), http.timeout(), token == null ? null : Path.of(token)));
        }
        if (place instanceof PredictionLogConfig.Kafka kafka) {
            return kafka(name, kafka, home);
        }
        throw new IllegalArgumentException("no sink for " + place);
    }

    private static Sink kafka(String name, PredictionLogConfig.Kafka kafka, @Nullable Path home) {
        Map<String, String> properties = new TreeMap<>(kafka.properties());
        properties.put("bootstrap.servers", String.join(",", kafka.brokers()));
        ClassLoader classes = home == null
                ? PredictionSinks.class.getClassLoader()
                : SinkFolder.classes(home, "kafka", PredictionSinks.class.getClassLoader());
        for (Sink.Provider provider : ServiceLoader.load(Sink.Provider.class, classes)) {
            if (provider.type().equals("kafka")) {
                return provider.open(new Sink.Topic(kafka.topic(), kafka.isBinary(), properties));
            }
        }
        throw new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                "prediction_log.sinks.%s: type kafka is not there (expected: slipway-sink-kafka on the class path)"
                        .formatted(name));
    }
}

package dev.slipway.sink.kafka;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.monitoring.log.Batch;
import dev.slipway.monitoring.log.CloudEvent;
import dev.slipway.monitoring.log.EventJson;
import dev.slipway.monitoring.log.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to a topic, with the prediction's id as key, so that a request and its response come in order. For one thread.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">CloudEvents:
 *     Kafka</a>
 */
final class KafkaSink implements Sink {
    private static final Duration CLOSE_TIME = Duration.ofSeconds(2);

    /** How long the client waits for a broker, before the batch is tried again, with what came meanwhile still in line. */
    private static final String WAIT_MILLIS = "10000";

    /** Of which Kafka wants that some be less than others: who sets one has the others as Kafka has them. */
    private static final Set<String> DELIVERY = Set.of("request.timeout.ms", "delivery.timeout.ms", "linger.ms");

    private final Topic topic;
    private final Map<String, Object> settings;
    private final Function<Map<String, Object>, Producer<byte[], byte[]>> opener;

    /** Opened with the first event: a broker that is away must not keep a server from starting. */
    private @Nullable Producer<byte[], byte[]> producer;

    /** Whether the log was told, since events were taken last. */
    private boolean isRefusing;

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when Kafka's producer refuses the topic's properties */
    KafkaSink(Topic topic) {
        this(topic, KafkaProducer::new);
    }

    /** @param opener makes a producer of settings */
    KafkaSink(Topic topic, Function<Map<String, Object>, Producer<byte[], byte[]>> opener) {
        this.topic = topic;
        this.settings = settings(topic.properties());
        this.opener = opener;
        try {
            withClasses(() -> new ProducerConfig(settings));
        } catch (KafkaException e) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "kafka, topic %s: %s (expected: properties of Kafka's producer)"
                            .formatted(topic.name(), e.getMessage()),
                    e);
        }
    }

    private static Map<String, Object> settings(Map<String, String> properties) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("compression.type", "gzip");
        settings.put("max.block.ms", WAIT_MILLIS);
        if (DELIVERY.stream().noneMatch(properties::containsKey)) {
            settings.put("request.timeout.ms", WAIT_MILLIS);
            settings.put("delivery.timeout.ms", WAIT_MILLIS);
            settings.put("linger.ms", "0");
        }
        settings.putAll(properties);
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        return settings;
    }

    @Override
    public void write(Batch batch) throws IOException {
        Map<CloudEvent, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        try {
            Producer<byte[], byte[]> open = opened();
            for (CloudEvent event : batch.left()) {
                Future<RecordMetadata> place = open.send(message(event));
                sent.put(event, place);
                if (place.isDone()) {
                    // Mostly because no broker answers: each further one would wait as long.
                    break;
                }
            }
            open.flush();
        } catch (KafkaException e) {
            IOException failure = new IOException("kafka, topic %s: %s".formatted(topic.name(), e.getMessage()), e);
            try {
                // What was taken is not sent again.
                await(sent, batch);
            } catch (IOException also) {
                failure.addSuppressed(also);
            } finally {
                // There are errors after which a producer takes nothing more.
                close(Duration.ZERO);
            }
            throw failure;
        }
        await(sent, batch);
    }

    private void await(Map<CloudEvent, Future<RecordMetadata>> sent, Batch batch) throws IOException {
        IOException failure = null;
        for (Map.Entry<CloudEvent, Future<RecordMetadata>> each : sent.entrySet()) {
            try {
                RecordMetadata place = each.getValue().get();
                batch.written(
                        each.getKey(),
                        Math.max(0, place.serializedKeySize()) + Math.max(0, place.serializedValueSize()));
                isRefusing = false;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException refusal) {
                    batch.refused(each.getKey());
                    refusing(refusal);
                } else {
                    failure = new IOException("kafka, topic %s: %s".formatted(topic.name(), e.getCause()), e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void refusing(RecordTooLargeException refusal) {
        if (!isRefusing) {
            isRefusing = true;
            System.getLogger(KafkaSink.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "prediction log: kafka, topic {0}, refuses events: {1}; they are dropped and counted",
                            topic.name(),
                            refusal.getMessage());
        }
    }

    private ProducerRecord<byte[], byte[]> message(CloudEvent event) {
        byte[] key = event.id().getBytes(StandardCharsets.UTF_8);
        if (!topic.isBinary()) {
            ByteBuffer json = EventJson.write(event);
            byte[] bytes = new byte[json.remaining()];
            json.get(bytes);
            return header(
                    new ProducerRecord<>(topic.name(), key, bytes),
                    "content-type",
                    "application/cloudevents+json; charset=UTF-8");
        }
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic.name(), key, event.data());
        event.attributes().forEach((name, value) -> header(message, "ce_" + name, value));
        return header(message, "content-type", CloudEvent.DATA_TYPE);
    }

    private static ProducerRecord<byte[], byte[]> header(
            ProducerRecord<byte[], byte[]> message, String name, String value) {
        message.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
        return message;
    }

    private Producer<byte[], byte[]> opened() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            open = withClasses(() -> opener.apply(settings));
            producer = open;
        }
        return open;
    }

    /** The client looks for its classes by name where the thread says, which is not where it lies. */
    private static <T> T withClasses(Supplier<T> action) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(KafkaSink.class.getClassLoader());
        try {
            return action.get();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private void close(Duration patience) {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(patience);
        }
    }

    @Override
    public void close() {
        close(CLOSE_TIME);
    }
}

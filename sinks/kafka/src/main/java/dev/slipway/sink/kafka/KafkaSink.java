package dev.slipway.sink.kafka;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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

    private final Topic topic;

    /** Opened with the first event: a broker that is away must not keep a server from starting. */
    private @Nullable Producer<byte[], byte[]> producer;

    KafkaSink(Topic topic) {
        this.topic = topic;
    }

    @Override
    public void write(Batch batch) throws IOException {
        try {
            Producer<byte[], byte[]> open = opened();
            Map<CloudEvent, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            for (CloudEvent event : batch.left()) {
                Future<RecordMetadata> place = open.send(message(event));
                sent.put(event, place);
                if (place.isDone()) {
                    // Mostly because no broker answers: each further one would wait as long.
                    break;
                }
            }
            open.flush();
            await(sent, batch);
        } catch (KafkaException e) {
            throw new IOException("kafka, topic %s: %s".formatted(topic.name(), e.getMessage()), e);
        }
    }

    private void await(Map<CloudEvent, Future<RecordMetadata>> sent, Batch batch) throws IOException {
        IOException failure = null;
        for (Map.Entry<CloudEvent, Future<RecordMetadata>> each : sent.entrySet()) {
            try {
                RecordMetadata place = each.getValue().get();
                batch.written(
                        each.getKey(),
                        Math.max(0, place.serializedKeySize()) + Math.max(0, place.serializedValueSize()));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException) {
                    batch.refused(each.getKey());
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
            Map<String, Object> settings = new HashMap<>();
            settings.put("acks", "all");
            settings.put("enable.idempotence", "true");
            settings.put("compression.type", "gzip");
            settings.put("max.block.ms", WAIT_MILLIS);
            settings.put("request.timeout.ms", WAIT_MILLIS);
            settings.put("delivery.timeout.ms", WAIT_MILLIS);
            settings.put("linger.ms", "0");
            settings.putAll(topic.properties());
            // The client looks for its classes by name where the thread says, which is not where it lies.
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(KafkaSink.class.getClassLoader());
            try {
                open = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
            producer = open;
        }
        return open;
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(CLOSE_TIME);
        }
    }
}

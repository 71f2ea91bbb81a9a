package dev.slipway.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.monitoring.Prediction;
import dev.slipway.monitoring.log.ModelLog;
import dev.slipway.monitoring.log.Outlet;
import dev.slipway.monitoring.log.PayloadEvents;
import dev.slipway.monitoring.log.PredictionFollower;
import dev.slipway.monitoring.log.PredictionLog;
import dev.slipway.monitoring.log.Sink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events reach a real broker, and come out of it as CloudEvents has them. */
@Timeout(120)
class KafkaSinkTest {
    private static final ByteArraySerializer BYTES = new ByteArraySerializer();

    @TempDir
    static Path folder;

    private static Broker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new Broker(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Sink sink(String topic, boolean isBinary, String address) {
        return sink(new Sink.Topic(topic, isBinary, Map.of("bootstrap.servers", address, "max.block.ms", "2000")));
    }

    private static Sink sink(Sink.Topic topic) {
        Sink.Provider provider =
                ServiceLoader.load(Sink.Provider.class).iterator().next();
        assertThat(provider.type()).isEqualTo("kafka");
        return provider.open(topic);
    }

    private static Outlet predict(Sink sink, int predictions) {
        Outlet outlet =
                new Outlet("bus", sink, new PayloadEvents("slipway://here", "default"), Outlet.Settings.DEFAULT);
        try (PredictionLog log = new PredictionLog(Map.of("bus", outlet))) {
            log.configure("fraud", new ModelLog("bus", 1, Set.of(ModelLog.What.values()), Set.of()));
            for (int i = 0; i < predictions; i++) {
                PredictionFollower follower = Objects.requireNonNull(log.follow("fraud"));
                follower.decoded(Map.of("x", new Tensor(DType.UINT8, Shape.of(1), ByteBuffer.wrap(new byte[] {7}))));
                follower.answered(Map.of());
                follower.ended(
                        new Prediction(
                                "p" + i,
                                new Prediction.Origin("r", "anna", "here", "v2-rest"),
                                new Prediction.Served("fraud", 7, "serving_default"),
                                Prediction.Outcome.OK,
                                new Prediction.Phases(0, 0, 0, 0, 0),
                                new Prediction.Size(1, 1, 1)),
                        "");
            }
            log.close(Duration.ofSeconds(30));
        }
        return outlet;
    }

    private static List<ConsumerRecord<String, String>> read(String topic, int count) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.address(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            while (found.size() < count) {
                consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
            }
        }
        return found;
    }

    private static String header(ConsumerRecord<String, String> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void attributesAreHeadersInBinaryMode() {
        Outlet outlet = predict(sink("binary", true, broker.address()), 500);
        assertThat(outlet.counts().written()).isEqualTo(1_000);
        assertThat(outlet.counts().dropped()).isZero();
        List<ConsumerRecord<String, String>> messages = read("binary", 1_000);
        ConsumerRecord<String, String> first = messages.get(0);
        assertThat(first.key()).isEqualTo("p0");
        assertThat(header(first, "ce_id")).isEqualTo("p0");
        assertThat(header(first, "ce_type")).isEqualTo(PayloadEvents.REQUEST);
        assertThat(header(first, "content-type")).isEqualTo("application/json");
        assertThat(first.value())
                .isEqualTo(
                        "{\"id\":\"p0\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"UINT8\",\"shape\":[1],\"data\":[7]}]}");
        assertThat(header(messages.get(1), "ce_type")).isEqualTo(PayloadEvents.RESPONSE);
        assertThat(messages.get(999).key()).isEqualTo("p499");
    }

    @Test
    void attributesAreInTheMessageInStructuredMode() {
        predict(sink("structured", false, broker.address()), 1);
        ConsumerRecord<String, String> first = read("structured", 2).get(0);
        assertThat(header(first, "content-type")).startsWith("application/cloudevents+json");
        assertThat(first.value())
                .startsWith("{\"specversion\":\"1.0\",\"id\":\"p0\"")
                .contains("\"data\":{\"id\":\"p0\",\"inputs\":[");
    }

    @ParameterizedTest
    @CsvSource({
        "acks, 1",
        "enable.idempotence, false",
        "linger.ms, 5",
        "request.timeout.ms, 30000",
        "delivery.timeout.ms, 60000"
    })
    void propertiesAreTakenOneByOne(String property, String value) {
        Sink.Topic topic =
                new Sink.Topic(property, true, Map.of("bootstrap.servers", broker.address(), property, value));
        Outlet outlet = predict(sink(topic), 1);
        assertThat(outlet.counts().written()).isEqualTo(2);
        assertThat(outlet.counts().failures()).isZero();
    }

    @Test
    void propertiesThatKafkaRefusesAreToldAtTheStart() {
        Sink.Topic topic = new Sink.Topic("acks", true, Map.of("bootstrap.servers", "127.0.0.1:1", "acks", "7"));
        assertThatThrownBy(() -> sink(topic))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("kafka, topic acks: ")
                .hasMessageContaining("acks");
    }

    @Test
    void aProducerThatTakesNothingMoreIsReplacedAndNothingIsSentTwice() {
        MockProducer<byte[], byte[]> fenced = new MockProducer<>(false, null, BYTES, BYTES) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> message) {
                if (!history().isEmpty()) {
                    completeNext();
                    throw new KafkaException("fenced");
                }
                return super.send(message);
            }
        };
        MockProducer<byte[], byte[]> fresh = new MockProducer<>(true, null, BYTES, BYTES);
        Iterator<MockProducer<byte[], byte[]>> producers =
                List.of(fenced, fresh).iterator();
        Sink.Topic topic = new Sink.Topic("t", true, Map.of("bootstrap.servers", "127.0.0.1:1"));
        Outlet outlet = predict(new KafkaSink(topic, settings -> producers.next()), 1);
        assertThat(outlet.counts().written()).isEqualTo(2);
        assertThat(fenced.closed()).isTrue();
        assertThat(fenced.history()).hasSize(1);
        assertThat(fresh.history()).hasSize(1);
    }

    @Test
    void whatABrokerThatIsAwayCouldNotTakeIsCounted() {
        Outlet outlet = predict(sink("nowhere", true, "127.0.0.1:1"), 3);
        assertThat(outlet.counts().written()).isZero();
        assertThat(outlet.counts().failures()).isPositive();
        assertThat(outlet.counts().dropped()).isEqualTo(6);
    }
}

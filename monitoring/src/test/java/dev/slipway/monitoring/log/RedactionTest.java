package dev.slipway.monitoring.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not to be taken down is in no event. */
class RedactionTest {
    private static final String SECRET = "123-45-6789";
    private static final ModelLog LOG = new ModelLog(
            "sink", 1, Set.of(ModelLog.What.REQUEST, ModelLog.What.RESPONSE), Set.of("ssn", "card_number"));

    private static String taken(Map<String, Tensor> inputs, Map<String, Tensor> outputs, String error)
            throws Exception {
        StringBuilder all = new StringBuilder();
        Outlet outlet = new Outlet(
                "sink",
                new Sink() {
                    @Override
                    public void write(Batch batch) {
                        for (CloudEvent event : batch.left()) {
                            all.append(StandardCharsets.UTF_8.decode(EventJson.write(event)))
                                    .append('\n');
                            batch.written(event, 1);
                        }
                    }

                    @Override
                    public void close() {}
                },
                Samples.WORDS,
                Outlet.Settings.DEFAULT);
        try (PredictionLog log = new PredictionLog(Map.of("sink", outlet))) {
            log.configure("fraud", LOG);
            PredictionFollower follower = Objects.requireNonNull(log.follow("fraud"));
            follower.decoded(inputs);
            if (error.isEmpty()) {
                follower.answered(outputs);
                follower.ended(Samples.prediction("p"), "");
            } else {
                follower.ended(Samples.failed("p", error), "");
            }
            log.close(Duration.ofSeconds(10));
        }
        return all.toString();
    }

    @Test
    void keepsTheShapeOfAnInputAndNotItsValue() throws Exception {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("ssn", Samples.texts(SECRET, SECRET));
        inputs.put("Card_Number", Samples.floats(4711.25f));
        inputs.put("amount", Samples.floats(3.5f));
        String taken = taken(inputs, Map.of("ssn", Samples.texts(SECRET)), "");
        assertThat(taken)
                .doesNotContain(SECRET, "4711")
                .contains(
                        "{\"name\":\"ssn\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"redacted\":true},"
                                + "\"data\":[\"[redacted]\",\"[redacted]\"]}",
                        "{\"name\":\"Card_Number\",\"datatype\":\"FP32\",\"shape\":[1,1],"
                                + "\"parameters\":{\"redacted\":true},\"data\":[0]}",
                        "{\"name\":\"amount\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[3.5]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"ssn\":\"123-45-6789\",\"a\":[1,NaN]} | {\"ssn\":\"[redacted]\",\"a\":[1,NaN]}",
                "[{\"a\":1,\"SSN\":{\"x\":\"123-45-6789\"}}] | [{\"a\":1,\"SSN\":\"[redacted]\"}]",
                "{\"s\\u0073n\":\"123-45-6789\"} | {\"ssn\":\"[redacted]\"}",
                "{\"inner\":\"{\\\"ssn\\\":\\\"123-45-6789\\\"}\"} | {\"inner\":\"{\\\"ssn\\\":\\\"[redacted]\\\"}\"}",
                "{\"ssn\":\"123-45-6789\" | [redacted]",
                "my ssn is 123-45-6789 | [redacted]",
                "{\"columns\":[\"ssn\",\"age\"],\"data\":[[\"123-45-6789\",5]]} | [redacted]",
                "{\"key\":\"SSN\",\"value\":\"123-45-6789\"} | [redacted]",
                "[{\"a\":1},[{\"name\":\"ssn\",\"data\":[123456789]}]] | [redacted]",
                "{\"a\":\"[{\\\"name\\\":\\\"ssn\\\",\\\"v\\\":1}]\"} | [redacted]",
                "{\"ssn\":\"my ssn\",\"a\":1} | {\"ssn\":\"[redacted]\",\"a\":1}",
                "{\"file\":\"C:\\\\users\\\\x\"} | {\"file\":\"C:\\\\users\\\\x\"}",
                "nothing to hide | nothing to hide",
                "{\"a\": \"nothing\"} | {\"a\": \"nothing\"}",
            })
    void leavesOutWhatLiesUnderANameInAText(String text, String kept) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(new String(new Redaction(LOG.redact()).text(utf8), StandardCharsets.UTF_8))
                .isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"patient\\/name\":\"Bob\"}",
                "{\"patient/name\":\"Bob\"}",
                "{\"\\u0070atient\\/name\":\"Bob\"}"
            })
    void knowsANameHoweverItIsWritten(String text) {
        byte[] kept = new Redaction(Set.of("patient/name")).text(text.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(kept, StandardCharsets.UTF_8)).isEqualTo("{\"patient/name\":\"[redacted]\"}");
    }

    @Test
    void leavesOutWhatLiesUnderANameInATextOrMapThatIsAnOutput() throws Exception {
        byte[] key = "ssn".getBytes(StandardCharsets.UTF_8);
        ByteBuffer map = ByteBuffer.allocate(4 + 4 + key.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        map.putInt(1).putInt(key.length).put(key).putFloat(4711.25f);
        Tensor maps = new Tensor(DType.MAP, Shape.of(1), map.flip());
        String taken = taken(Map.of(), Map.of("text", Samples.texts("{\"ssn\":\"" + SECRET + "\"}"), "m", maps), "");
        assertThat(taken).doesNotContain(SECRET, "4711").contains("\"data\":[\"{\\\"ssn\\\":\\\"[redacted]\\\"}\"]");
    }

    @Test
    void leavesOutBinaryTextsThatHaveSuchAName() throws Exception {
        byte[] name = "..ssn..123-45-6789".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer data = ByteBuffer.allocate(4 + name.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(name.length + 1).put(name).put((byte) 0xFF);
        String taken = taken(Map.of("examples", new Tensor(DType.STRING, Shape.of(1), data.flip())), Map.of(), "");
        assertThat(taken).doesNotContain(SECRET).contains("\"data\":[\"[redacted]\"]");
    }

    @Test
    void saysOnlyTheCategoryOfAnErrorThatMayShowAValue() throws Exception {
        String taken = taken(Map.of("ssn", Samples.texts(SECRET)), Map.of(), "input 'ssn' has '" + SECRET + "'");
        assertThat(taken).doesNotContain(SECRET).contains("\"error\":\"INVALID_ARGUMENT\"");
    }

    @Test
    void writesJsonThatEveryReaderReads() throws Exception {
        Map<String, Tensor> inputs =
                Map.of("x", Samples.floats(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0.1f));
        assertThat(taken(inputs, Map.of(), ""))
                .contains("\"data\":[\"NaN\",\"Infinity\",\"-Infinity\",0.1]")
                .contains("\"id\":\"p\"", "\"predictionid\":\"p\"", "\"requestid\":\"request-p\"");
    }
}

package dev.slipway.protocol.openinference;

import static dev.slipway.protocol.Tensors.floats;
import static dev.slipway.protocol.Tensors.json;
import static dev.slipway.protocol.Tensors.strings;
import static dev.slipway.protocol.Tensors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateReaderTest {
    private static Signature signature(Shape temperature) {
        return new Signature(
                Signature.DEFAULT,
                List.of(
                        new TensorSpec("text_input", DType.STRING, Shape.of(-1, 1)),
                        new TensorSpec("temperature", DType.FP32, temperature)),
                List.of());
    }

    @Test
    void keysThatAreInputsAreInputs() {
        GenerateReader.Read read = GenerateReader.read(
                json("{\"text_input\": \"hello\", \"stream\": false, \"id\": \"7\", \"parameters\":"
                        + " {\"temperature\": 0.5, \"priority\": 2, \"unknown\": [1, {}]}, \"more\": null}"),
                signature(Shape.of(-1)));
        assertThat(read.inputs())
                .containsOnly(
                        Map.entry("text_input", strings(Shape.of(1, 1), "hello")),
                        Map.entry("temperature", floats(Shape.of(1), 0.5f)));
        assertThat(read.id()).isEqualTo("7");
        assertThat(read.schedule().priority()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"text_input\": \"a\", \"temperature\": 1, \"sequence_id\": 7, \"sequence_start\": true}",
                "{\"text_input\": \"a\", \"temperature\": 1, \"parameters\": {\"sequence_id\": 7, \"sequence_start\": true}}"
            })
    void knowsTheSequenceThatItBelongsTo(String body) {
        assertThat(GenerateReader.read(json(body), signature(Shape.of(-1))).sequence())
                .isEqualTo(new SequenceParameters(7, "", true, false));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {"2.5 | 1 1", "[2.5] | 1 1", "[2.5, 3] | 1 2", "[[2.5], [3]] | 2 1", "[[[2.5, 3]]] | 1 2"})
    void valuesTakeTheShapeOfTheSignature(String value, String dims) {
        GenerateReader.Read read = GenerateReader.read(
                json("{\"text_input\": \"a\", \"temperature\": " + value + "}"), signature(Shape.of(-1, -1)));
        assertThat(read.inputs().get("temperature").shape().toString().replaceAll("[\\[\\],]", ""))
                .isEqualTo(dims);
    }

    @Test
    void saysWhatDoesNotFit() {
        assertThatThrownBy(() -> GenerateReader.read(
                        json("{\"text_input\": \"a\", \"temperature\": [1, 2, 3]}"), signature(Shape.of(-1, 2))))
                .hasMessage("input 'temperature' has 3 elements (expected: as many as shape [any, 2] takes)");
        assertThatThrownBy(() -> GenerateReader.read(json("{\"text_input\": \"a\"}"), signature(Shape.of(-1))))
                .hasMessage("missing input 'temperature' (expected: 'text_input', 'temperature')");
        assertThatThrownBy(() -> GenerateReader.read(
                        json("{\"temperature\": 1, \"parameters\": {\"temperature\": 2}}"), signature(Shape.of(-1))))
                .hasMessage("input 'temperature' is given twice (expected: once)");
    }

    @Test
    void writesSingleValuesBare() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("text_output", strings(Shape.of(1, 1), "hi"));
        outputs.put("scores", floats(Shape.of(1, 2), 1, 2));
        assertThat(text(GenerateWriter.write("m", "3", "", outputs)))
                .isEqualTo(
                        "{\"model_name\":\"m\",\"model_version\":\"3\",\"text_output\":\"hi\",\"scores\":[1.0,2.0]}");
    }
}

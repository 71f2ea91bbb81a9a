package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What can stand around a model stands around it together: names of classes, what it is sent and answers, sequences. */
@Timeout(120)
class StackedModelsTest {
    private static final String SEQUENCE = """
        sequence:
          controls: {START: start, CORRID: correlation_id}
          states:
            - {input: H, output: HN}
        """;

    private static final String TRITON = """
        output [ { name: "Y" label_filename: "labels.txt" } ]
        """;

    private static final String TRITON_SEQUENCE = """
        max_batch_size: 8
        sequence_batching {
          control_input [
            { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0, 1 ] } ] },
            { name: "CORRID" control [ { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_INT64 } ] }
          ]
          state [ { input_name: "H" output_name: "HN" data_type: TYPE_FP32 dims: [ 1 ] } ]
        }
        """;

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(StackedModelsTest::written);

    private static Path written() {
        try {
            byte[] sum = TestModels.bytes("remembering");
            TestModels.write(models.resolve("chained/1"), sum);
            Files.writeString(
                    models.resolve("chained/slipway.yaml"),
                    SEQUENCE + "input: {type: table, columns: [{name: amount}]}\n"
                            + "output: [{name: total, from: Y, scale: 10}]\n");
            TestModels.write(models.resolve("labelled/1"), sum);
            Files.writeString(models.resolve("labelled/config.pbtxt"), TRITON + TRITON_SEQUENCE);
            Files.writeString(models.resolve("labelled/labels.txt"), "total\n");
            Path digits = SlipwayExtension.examples().resolve("digits/1/model.onnx");
            TestModels.write(models.resolve("renamed/1"), Files.readAllBytes(digits));
            Files.writeString(models.resolve("renamed/config.pbtxt"), TRITON.replace("\"Y\"", "\"probabilities\""));
            Files.writeString(
                    models.resolve("renamed/labels.txt"),
                    "null\neins\nzwei\ndrei\nvier\nfünf\nsechs\nsieben\nacht\nneun\n");
            Files.writeString(models.resolve("renamed/slipway.yaml"), "output: [{name: percent, scale: 100}]\n");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sum(String sequence, double amount) {
        HttpResponse<String> answer = SERVER.post("/v2/models/chained/infer", """
                {"parameters": {%s},
                 "inputs": [{"name": "amount", "datatype": "FP64", "shape": [1], "data": [%s]}]}""".formatted(sequence, amount));
        return answer.body();
    }

    @Test
    void aModelThatRemembersIsSentATableAndAnswersTurned() {
        assertThat(SERVER.get("/v2/models/chained").body()).contains("\"amount\"", "\"total\"");
        assertThat(sum("\"sequence_id\": 1, \"sequence_start\": true", 1)).contains("\"total\"", "[20.0]");
        assertThat(sum("\"sequence_id\": 1", 2)).contains("[60.0]").doesNotContain("HN");
        assertThat(sum("\"sequence_id\": 1", 0.5)).contains("[70.0]");
        String wrong = sum("\"sequence_id\": 1", Double.MAX_VALUE).toLowerCase();
        assertThat(wrong).as("too large for the model").doesNotContain("unexpected");
        assertThat(SERVER.get("/metrics").body()).contains("slipway_sequences ", "slipway_sequence_state_bytes ");
        assertThat(sum("\"sequence_id\": 1, \"sequence_end\": true", 1)).contains("\"total\"");
        // The answer is out before what was borrowed is given back.
        Await.until(() -> SERVER.server().manager().map().handlesOpen() == 0, "no handle is open");
    }

    @Test
    void aModelThatRemembersHasItsClassesFromTritonsFile() {
        assertThat(remembered("\"sequence_id\": 5, \"sequence_start\": true")).contains("\"2.000000:0:total\"");
        assertThat(remembered("\"sequence_id\": 5")).contains("\"4.000000:0:total\"");
    }

    private static String remembered(String sequence) {
        return SERVER.post("/v2/models/labelled/infer", """
                {"parameters": {%s},
                 "inputs": [{"name": "X", "datatype": "FP32", "shape": [1, 1], "data": [1]}],
                 "outputs": [{"name": "Y", "parameters": {"classification": 1}}]}""".formatted(sequence)).body();
    }

    @Test
    void classesOfTritonsFileStayWithAnOutputThatGetsAnotherName() {
        String zeros = "0,".repeat(63) + "0";
        assertThat(SERVER.post("/v2/models/renamed/infer", """
                        {"inputs": [{"name": "image", "datatype": "FP32", "shape": [1, 1, 8, 8], "data": [%s]}],
                         "outputs": [{"name": "percent", "parameters": {"classification": 10}}]}""".formatted(zeros)).body())
                .contains(":0:null\"", ":9:neun\"");
    }
}

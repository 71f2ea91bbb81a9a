package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Handle;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables and texts in, names and probabilities out, through every protocol. The models are told of in their README. */
class TransformedServingTest {
    private static final String COLUMNS = """
            input:
              type: table
              columns:
                - {name: hours, scale: {mean: 40, std: 10}}
                - {name: job, type: category, categories: [clerk, smith], encode: one_hot, unknown: zeros}
            """;
    private static final String GAPS = """
            input:
              type: table
              columns:
                - {name: amount, default: 7}
                - {name: kind, type: category, categories: [a, b], missing: empty, unknown: -1}
                - {name: note, type: text, missing: empty}
            """;

    @TempDir
    static Path repository;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(TransformedServingTest::models);

    private static Path models() {
        try {
            write("soft", "rows-2-3-5.onnx", "output: softmax\n");
            write("best", "rows-2-3-5.onnx", "output: {top_k: 2, classes: names.txt}\n");
            write("label", "rows-2-3-5.onnx", "output: {name: label, apply: decode, classes: names.txt}\n");
            write("several", "rows-2-3-5.onnx", """
                    output:
                      - {name: bounded, from: Y, clamp: [0, 4]}
                      - {name: own, from: Y}
                    """);
            write("pay", "rows-2-3-5.onnx", COLUMNS);
            write("strict", "rows-2-3-5.onnx", COLUMNS.replace(", unknown: zeros", ""));
            write("gaps", "mixed.onnx", GAPS);
            write("words", "tokens.onnx", "input: {type: text, tokenizer: words.json, max_length: 8}\n");
            write("pairs", "tokens.onnx", "input: {type: text, tokenizer: words.json, pair: true}\n");
            write("joined", "tokens.onnx", """
                    input: {type: text, tokenizer: words.json}
                    batching: {mode: on, max_rows: 2, timeout: 300ms, pad_inner: true}
                    """);
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String model, String file, String yaml) throws IOException {
        Path folder = repository.resolve(model);
        TestModels.write(folder.resolve("1"), TestModels.file(file));
        Files.writeString(folder.resolve("slipway.yaml"), yaml);
        Files.writeString(folder.resolve("names.txt"), "first\nsecond\nthird\n");
        Files.write(folder.resolve("words.json"), TestModels.file("words.json"));
    }

    private static Signature signature(String model) {
        try (Handle handle = SERVER.server().inference().borrow(model, VersionChoice.LATEST)) {
            return handle.servable().description().signatures().get(Signature.DEFAULT);
        }
    }

    private static Tensor doubles(Double... numbers) {
        return Elements.tensor(DType.FP64, Shape.of(numbers.length), List.of(numbers));
    }

    private static Tensor texts(String... texts) {
        return Elements.tensor(
                DType.STRING,
                Shape.of(texts.length),
                Arrays.stream(texts).map(ByteString::copyFromUtf8).toList());
    }

    private static Tensor rows(Float... numbers) {
        return Elements.tensor(DType.FP32, Shape.of(numbers.length / 3, 3), List.of(numbers));
    }

    private static Map<String, Tensor> ask(WireForm form, String model, Map<String, Tensor> inputs) {
        WireProtocol protocol = form.client(SERVER, SERVER.server().restPort(), SERVER.grpc());
        return protocol.ask(new Question(model, 0, signature(model), inputs));
    }

    private static Map<String, Tensor> ordered(String name, Tensor tensor, Map<String, Tensor> others) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put(name, tensor);
        all.putAll(others);
        return all;
    }

    private static List<Object> names(String... names) {
        return Elements.of(texts(names));
    }

    @ParameterizedTest
    @EnumSource
    void probabilitiesAreMadeOfScores(WireForm form) {
        Map<String, Tensor> answer = ask(form, "soft", Map.of("X", rows(1.5f, 1f, 0.6f, 0f, 0f, 100f)));
        assertThat(answer).containsOnlyKeys("Y");
        float third = (float) (1 / 3.0);
        assertThat(Elements.of(answer.get("Y"))).containsExactly(third, third, third, 0f, 0f, 1f);
    }

    @ParameterizedTest
    @EnumSource
    void theLargestScoresComeWithTheirNames(WireForm form) {
        Map<String, Tensor> answer = ask(form, "best", Map.of("X", rows(1f, 1f, 1f, 3f, 1f, 0.2f)));
        assertThat(answer).containsOnlyKeys("classes", "scores");
        assertThat(answer.get("classes").shape()).isEqualTo(Shape.of(2, 2));
        assertThat(Elements.of(answer.get("classes"))).isEqualTo(names("third", "second", "first", "second"));
        assertThat(Elements.of(answer.get("scores"))).containsExactly(5f, 3f, 6f, 3f);
    }

    @ParameterizedTest
    @EnumSource
    void anOutputIsRenamedAndDecoded(WireForm form) {
        Map<String, Tensor> answer = ask(form, "label", Map.of("X", rows(1f, 1f, 1f, 3f, 1f, 0.2f)));
        assertThat(answer).containsOnlyKeys("label");
        assertThat(Elements.of(answer.get("label"))).isEqualTo(names("third", "first"));
    }

    @ParameterizedTest
    @EnumSource
    void severalOutputsAreMadeOfOne(WireForm form) {
        Map<String, Tensor> answer = ask(form, "several", Map.of("X", rows(-1f, 1f, 1f)));
        assertThat(answer).containsOnlyKeys("bounded", "own");
        assertThat(Elements.of(answer.get("bounded"))).containsExactly(0f, 3f, 4f);
        assertThat(Elements.of(answer.get("own"))).containsExactly(-2f, 3f, 5f);
    }

    /** 60 hours are 2 from the mean, twice that is 4. */
    @ParameterizedTest
    @EnumSource
    void columnsBecomeTheModelsOnlyInput(WireForm form) {
        Map<String, Tensor> answer = ask(
                form,
                "pay",
                ordered("hours", doubles(60.0, 40.0, 30.0), Map.of("job", texts("smith", "clerk", "king"))));
        assertThat(answer).containsOnlyKeys("Y");
        assertThat(Elements.of(answer.get("Y"))).containsExactly(4f, 0f, 5f, 0f, 3f, 0f, -2f, 0f, 0f);
    }

    @ParameterizedTest
    @EnumSource
    void columnsMayBeLeftOut(WireForm form) {
        Map<String, Tensor> answer =
                ask(form, "gaps", ordered("kind", texts("b", "zebra", ""), Map.of("note", texts("x", "", "y"))));
        assertThat(Elements.of(answer.get("sum"))).containsExactly(8f, 6f, 6f);
        assertThat(Elements.of(answer.get("said"))).isEqualTo(names("x", "", "y"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"amount": 1.5, "kind": "b", "note": "x"}  | 2.5 | "x"
            {"amount": null, "kind": "b", "note": "x"} | 8.0 | "x"
            {"kind": "a", "note": null}                | 7.0 | ""
            {"amount": 1, "kind": null}                | 0.0 | ""
            """)
    void rowsMayLackValues(String instance, String sum, String said) {
        String full = "{\"amount\": 2, \"kind\": \"a\", \"note\": \"y\"}";
        HttpResponse<String> answer =
                SERVER.post("/v1/models/gaps:predict", "{\"instances\": [%s, %s]}".formatted(full, instance));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(compact(answer))
                .isEqualTo("{\"predictions\":[{\"sum\":[2.0],\"said\":[\"y\"]},{\"sum\":[%s],\"said\":[%s]}]}"
                        .formatted(sum, said));
    }

    private static String compact(HttpResponse<String> answer) {
        return answer.body().replaceAll("\\s", "");
    }

    /** [CLS] hello [SEP] is 2 + 4 + 3, and 4 + 16 + 9; the padding of the shorter one counts for nothing. */
    @ParameterizedTest
    @EnumSource
    void textsBecomeTokens(WireForm form) {
        Map<String, Tensor> answer = ask(form, "words", Map.of("text", texts("hello", "Hello unaffable world!")));
        assertThat(answer).containsOnlyKeys("embedding", "second");
        assertThat(Elements.of(answer.get("embedding"))).containsExactly(9f, 29f, 44f, 284f);
        assertThat(Elements.of(answer.get("second"))).containsExactly(0f, 0f);
    }

    /** Padding that made tokens of the mask's zeros would add to the shorter one's sum. */
    @Test
    void textsOfDifferentLengthAreNotPaddedToRunTogether() {
        List<CompletableFuture<List<Object>>> answers = Stream.of("hello", "Hello unaffable world!")
                .map(text -> CompletableFuture.supplyAsync(() ->
                        Elements.of(ask(WireForm.V2_REST_BINARY, "joined", Map.of("text", texts(text)))
                                .get("embedding"))))
                .toList();
        assertThat(answers.get(0).join()).containsExactly(9f, 29f);
        assertThat(answers.get(1).join()).containsExactly(44f, 284f);
    }

    @ParameterizedTest
    @EnumSource
    void pairsOfTextsAreToldApart(WireForm form) {
        Map<String, Tensor> answer =
                ask(form, "pairs", ordered("text", texts("hello", ""), Map.of("text_pair", texts("world !", "world"))));
        assertThat(Elements.of(answer.get("embedding"))).containsExactly(26f, 144f, 13f, 47f);
        assertThat(Elements.of(answer.get("second"))).containsExactly(3f, 2f);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            strict | [{"hours": 4, "job": "clerk"}, {"hours": 4, "job": "king"}] | column 'job', row 1 is 'king' (expected: one of 'clerk', 'smith')
            strict | [{"hours": 4, "job": "clerk"}, {"hours": null, "job": "clerk"}] | hours
            strict | [{"hours": "many", "job": "clerk"}] | hours
            strict | [{"hours": 1e300, "job": "clerk"}] | column 'hours', row 0 is
            strict | [{"hours": 4}] | job
            strict | [{"hours": 4, "job": ""}] | column 'job', row 0 is missing (expected: one of its categories)
            strict | [{"hours": [1, 2], "job": ["clerk", "clerk"]}] | column 'hours' has shape [1, 2] (expected: [rows] or [rows, 1])
            strict | [{"hours": 4, "job": "clerk", "age": 3}] | age
            words  | [{"text": "a"}, {"text": {"b64": "/w=="}}] | input 'text', row 1: not text (expected: UTF-8)
            words  | [7] | text
            pairs  | [{"text_pair": "a"}] | text
            pairs  | ["a"] | (expected: an object of 'text', 'text_pair')
            """)
    void whatIsWrongIsTheClientsFault(String model, String instances, String part) {
        HttpResponse<String> answer =
                SERVER.post("/v1/models/%s:predict".formatted(model), "{\"instances\": %s}".formatted(instances));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(part);
    }

    @Test
    void columnsOfDifferentLengthAreTheClientsFault() {
        HttpResponse<String> answer =
                SERVER.post("/v1/models/strict:predict", "{\"inputs\": {\"hours\": [4, 5], \"job\": [\"clerk\"]}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("column 'job' has 1 rows (expected: 2, as column 'hours' has)");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongIsToldInEveryProtocol(WireForm form) {
        Map<String, Tensor> wrong = ordered("hours", doubles(4.0, 5.0), Map.of("job", texts("smith", "king")));
        assertThatThrownBy(() -> ask(form, "strict", wrong))
                .hasMessageContaining("column 'job', row 1 is 'king'")
                .satisfies(e -> {
                    if (e instanceof StatusRuntimeException status) {
                        assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    } else {
                        assertThat(e).hasMessageStartingWith("400 ");
                    }
                });
    }

    @Test
    void theModelsOwnTensorsStayThere() {
        assertThat(compact(SERVER.post("/v1/models/soft:predict", "{\"instances\": [[1.5, 1.0, 0.6]]}")))
                .contains("0.3333333");
        assertThat(compact(SERVER.post(
                        "/v1/models/soft:predict",
                        "{\"signature_name\": \"tensors\", \"instances\": [[1.5, 1.0, 2.0]]}")))
                .isEqualTo("{\"predictions\":[[3.0,3.0,10.0]]}");
        assertThat(compact(SERVER.post(
                        "/v1/models/words:predict",
                        "{\"signature_name\": \"tensors\", \"instances\": [{\"input_ids\": [4], \"attention_mask\": [1],"
                                + " \"token_type_ids\": [1]}]}")))
                .contains("\"embedding\":[4.0,16.0]");
    }
}

package dev.slipway.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.output.Clamp;
import dev.slipway.transforms.output.Softmax;
import dev.slipway.transforms.output.TopK;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputsTest {
    private static final TensorSpec LOGITS = new TensorSpec("logits", DType.FP32, Shape.of(-1, 3));
    private static final TensorSpec AGE = new TensorSpec("age", DType.FP32, Shape.of(-1, 1));
    private static final TensorSpec PARTS = new TensorSpec("parts", DType.FP32, Shape.of(-1), true);

    @TempDir
    private Path folder;

    /** That the model brings. */
    private Map<String, List<String>> known = Map.of();

    private OutputStep open(List<OutputSettings> outputs, @Nullable String classes, TensorSpec... model) {
        return Outputs.open(
                new ChainSettings(null, outputs, classes == null ? null : Path.of(classes)),
                new ChainFiles(folder),
                new Signature(Signature.DEFAULT, List.of(), List.of(model)),
                known);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static OutputSettings output(String name, String from, OutputSettings.Operation... operations) {
        return new OutputSettings(name, from, List.of(operations), null);
    }

    private static Tensor zeros(long... dims) {
        Shape shape = Shape.of(dims);
        return new Tensor(DType.FP32, shape, ByteBuffer.allocate((int) shape.elementCount() * 4));
    }

    @Test
    void namesBelongToTheOutputsThatHaveAsManyPlaces() throws Exception {
        write("c.txt", "cat\r\ndog\r\nbee\r\n");
        OutputStep step = open(List.of(), "c.txt", LOGITS, AGE);
        assertThat(step.outputs()).containsExactly(LOGITS, AGE);
        assertThat(step.classes()).isEqualTo(Map.of("logits", List.of("cat", "dog", "bee")));
        assertThatThrownBy(() -> open(List.of(), "c.txt", AGE))
                .hasMessage("classes: file 'c.txt' names 3 classes (expected: as many as an output has: "
                        + "'age' FP32[any, 1])");
    }

    @Test
    void namesThatTheModelBringsStayUnlessOthersAreSaid() throws Exception {
        known = Map.of("logits", List.of("one", "two", "three"));
        write("labels.txt", "found\nbeside\nit\n");
        write("c.txt", "cat\ndog\nbee\n");
        List<OutputSettings> softmax = List.of(output("p", "logits", new Softmax()));
        assertThat(open(softmax, null, LOGITS).classes()).isEqualTo(Map.of("p", List.of("one", "two", "three")));
        assertThat(open(softmax, "c.txt", LOGITS).classes()).isEqualTo(Map.of("p", List.of("cat", "dog", "bee")));
        known = Map.of("age", List.of("years"));
        assertThat(open(List.of(), "c.txt", LOGITS, AGE).classes())
                .isEqualTo(Map.of("logits", List.of("cat", "dog", "bee"), "age", List.of("years")));
    }

    @Test
    void namesAreReadFromJsonToo() throws Exception {
        write("a.json", "{\"1\": [\"n01\", \"dog\"], \"0\": \"cat\", \"2\": [\"n02\", \"bee\"]}");
        write("b.json", "[\"cat\", \"dog\", \"bee\"]");
        for (String file : List.of("a.json", "b.json")) {
            assertThat(open(List.of(), file, LOGITS).classes()).containsValue(List.of("cat", "dog", "bee"));
        }
        write("gap.json", "{\"0\": \"cat\", \"2\": \"bee\"}");
        assertThatThrownBy(() -> open(List.of(), "gap.json", LOGITS)).hasMessageContaining("names no class 1");
        write("broken.json", "{\"0\": \"cat\"");
        assertThatThrownBy(() -> open(List.of(), "broken.json", LOGITS)).hasMessageContaining("'broken.json'");
        write("empty.txt", "");
        assertThatThrownBy(() -> open(List.of(), "empty.txt", LOGITS)).hasMessageContaining("names no class");
    }

    @Test
    void onlyNamedOutputsAreAnsweredInTheirOrder() {
        OutputStep step = open(
                List.of(output("p", "logits", new Softmax()), output("age", "", new Clamp(0, 120))), null, AGE, LOGITS);
        assertThat(step.outputs()).extracting(TensorSpec::name).containsExactly("p", "age");
        assertThat(step.reads("p")).containsExactly("logits");
        Map<String, Tensor> made = step.apply(List.of("p"), Map.of("logits", zeros(1, 3)));
        assertThat(made).containsOnlyKeys("p");
    }

    @Test
    void topKIsCalledByWhatItIsBehindItsName() {
        assertThat(open(List.of(output("", "", new TopK(2))), null, LOGITS).outputs())
                .extracting(TensorSpec::name)
                .containsExactly("classes", "scores");
        OutputStep named = open(List.of(output("top", "", new TopK(2))), null, LOGITS);
        assertThat(named.outputs()).extracting(TensorSpec::name).containsExactly("top_classes", "top_scores");
        assertThat(named.apply(List.of("top_scores"), Map.of("logits", zeros(1, 3))))
                .containsOnlyKeys("top_scores");
    }

    @Test
    void sequencesAreHandedOnByTheirNewName() {
        OutputStep step = open(List.of(output("pieces", "parts")), null, PARTS);
        Tensor one = zeros(1);
        assertThat(step.apply(List.of("pieces"), Map.of("parts/0", one, "parts/1", zeros(2))))
                .containsOnlyKeys("pieces/0", "pieces/1")
                .containsEntry("pieces/0", one);
    }

    @Test
    void whatDoesNotFitTheModelIsRefused() {
        assertThatThrownBy(() -> open(List.of(output("", "", new Softmax())), null, LOGITS, AGE))
                .isInstanceOf(SlipwayException.class)
                .hasMessage("output does not say of which of the model's it is made (expected: from, one of "
                        + "'logits' FP32[any, 3], 'age' FP32[any, 1])");
        assertThatThrownBy(() -> open(List.of(output("p", "logit")), null, LOGITS))
                .hasMessage("output 'logit' is not the model's (expected: 'logits' FP32[any, 3])");
        assertThatThrownBy(() -> open(List.of(output("p", "logits"), output("p", "age")), null, LOGITS, AGE))
                .hasMessage("two outputs are called 'p' (expected: names that differ)");
        assertThatThrownBy(() -> open(List.of(), "none.txt", LOGITS)).hasMessageContaining("'none.txt' is not there");
    }

    @Test
    void namesOfOneOutputMustFitIt() throws Exception {
        write("c.txt", "cat\ndog");
        OutputSettings wrong = new OutputSettings("", "", List.of(new Softmax()), Path.of("c.txt"));
        assertThatThrownBy(() -> open(List.of(wrong), null, LOGITS))
                .hasMessage("classes: file 'c.txt' names 2 classes (expected: 3, as output 'logits' has)");
    }
}

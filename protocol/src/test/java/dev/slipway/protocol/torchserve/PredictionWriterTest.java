package dev.slipway.protocol.torchserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionWriterTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

    private static Tensor floats(Shape shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(DType.FP32, shape, data.flip());
    }

    private static PredictionWriter.Written write(
            Prediction.Form form, Map<String, Tensor> outputs, Map<String, List<String>> classes) {
        Signature signature = new Signature(
                Signature.DEFAULT,
                List.of(new TensorSpec("x", DType.STRING, Shape.of(-1))),
                outputs.entrySet().stream()
                        .map(output -> new TensorSpec(
                                output.getKey(),
                                output.getValue().dtype(),
                                output.getValue().shape()))
                        .toList());
        return PredictionWriter.write(new Prediction(signature, Map.of(), form), outputs, classes);
    }

    private static String text(PredictionWriter.Written written) {
        return StandardCharsets.UTF_8.decode(written.body()).toString();
    }

    @Test
    void ofClassesTheFiveLikeliestAreAnswered() {
        Map<String, Tensor> outputs = Map.of("y", floats(Shape.of(1, 6), 0.1f, 0.3f, 0, 0.2f, 0.25f, 0.15f));
        String best = "[{\"class\":\"b\",\"probability\":0.3},{\"class\":\"e\",\"probability\":0.25},"
                + "{\"class\":\"d\",\"probability\":0.2},{\"class\":\"f\",\"probability\":0.15},"
                + "{\"class\":\"a\",\"probability\":0.1}]";
        Map<String, List<String>> classes = Map.of("y", NAMES);
        assertThat(text(write(Prediction.Form.ROW, outputs, classes))).isEqualTo(best);
        assertThat(text(write(Prediction.Form.ROWS, outputs, classes))).isEqualTo("[" + best + "]");
        assertThat(text(write(Prediction.Form.INSTANCES, outputs, classes)))
                .isEqualTo("{\"predictions\":[" + best + "]}");
        assertThat(text(write(Prediction.Form.INPUTS, outputs, classes)))
                .isEqualTo("{\"outputs\":[[0.1,0.3,0.0,0.2,0.25,0.15]]}");
    }

    @Test
    void outputsWithoutClassesAreAnsweredAsTheyAre() {
        Map<String, Tensor> row = Map.of("y", floats(Shape.of(1, 2), 1, 2));
        assertThat(text(write(Prediction.Form.ROW, row, Map.of("y", NAMES)))).isEqualTo("[1.0,2.0]");
        assertThat(text(write(Prediction.Form.ROWS, row, Map.of()))).isEqualTo("[[1.0,2.0]]");
        Map<String, Tensor> fixed = Map.of("y", floats(Shape.of(2), 1, 2));
        assertThat(text(write(Prediction.Form.ROW, fixed, Map.of()))).isEqualTo("[1.0,2.0]");
    }

    @Test
    void whatIsNoTextIsAnsweredAsBytes() {
        byte[] bytes = {(byte) 0xff, (byte) 0xd8, 0, 7};
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(4).put(bytes).flip();
        PredictionWriter.Written written =
                write(Prediction.Form.ROW, Map.of("y", new Tensor(DType.STRING, Shape.of(1), data)), Map.of());
        assertThat(written.contentType()).isEqualTo("application/octet-stream");
        assertThat(written.body().array()).isEqualTo(bytes);
    }
}

package dev.slipway.transforms.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.output.Probabilities;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagePresetsTest {
    @ParameterizedTest
    @CsvSource({
        "logits, true",
        "Plus214_Output_0, true",
        "softmaxout_1, false",
        "gpu_0/softmax_1, false",
        "prob_1, false",
        "dense_3/Softmax:0, false"
    })
    void probabilitiesAreASoftmaxUnlessTheOutputIsCalledSo(String output, boolean isTurned) {
        TensorSpec spec = new TensorSpec(output, DType.FP32, Shape.of(-1, 2, 1, 1));
        OutputPart part = new Probabilities().open(spec, null);
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(0.25f).putFloat(0.75f).flip();
        Tensor made = part.work()
                .apply(new Tensor(DType.FP32, Shape.of(1, 2, 1, 1), data))
                .get(0);
        assertThat(made.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(part.outputs().get(0).shape()).isEqualTo(Shape.of(-1, 2));
        float second = made.data().getFloat(4);
        assertThat(second).isEqualTo(isTurned ? (float) (1 / (1 + Math.exp(-0.5))) : 0.75f);
    }
}

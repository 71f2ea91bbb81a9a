package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Handle;
import dev.slipway.server.SlipwayExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is asked, every form of the Open Inference Protocol answers the same bits. */
class SameBitsTest {
    private static final List<WireForm> FORMS =
            List.of(WireForm.V2_REST_JSON, WireForm.V2_REST_BINARY, WireForm.V2_GRPC_TYPED, WireForm.V2_GRPC_RAW);
    private static final int ROUNDS = 25;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    @ParameterizedTest
    @ValueSource(strings = {"digits", "iris", "breast-cancer", "compass"})
    void ofWhateverModel(String model) {
        Signature signature;
        try (Handle handle = SERVER.server().inference().borrow(model, VersionChoice.LATEST)) {
            signature = handle.servable().description().signatures().get(Signature.DEFAULT);
        }
        Random random = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            Question question = new Question(model, 0, signature, inputs(signature, random));
            Map<String, Tensor> first = null;
            for (WireForm form : FORMS) {
                Map<String, Tensor> answer = form.client(SERVER, SERVER.server().restPort(), SERVER.grpc())
                        .ask(question);
                first = first == null ? answer : first;
                assertThat(answer).as("%s, round %d", form, round).isEqualTo(first);
            }
        }
    }

    private static Map<String, Tensor> inputs(Signature signature, Random random) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        int rows = 1 + random.nextInt(3);
        int others = 1 + random.nextInt(4);
        for (TensorSpec spec : signature.inputs()) {
            long[] dims = spec.shape().dims();
            for (int axis = 0; axis < dims.length; axis++) {
                dims[axis] = dims[axis] >= 0 ? dims[axis] : axis == 0 ? rows : others;
            }
            Shape shape = Shape.of(dims);
            int count = (int) shape.elementCount();
            ByteBuffer data =
                    ByteBuffer.allocate(count * spec.dtype().byteSize()).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                if (spec.dtype() == DType.INT64) {
                    data.putLong(random.nextInt(40));
                } else {
                    data.putFloat((float) random.nextGaussian() * 3);
                }
            }
            inputs.put(spec.name(), new Tensor(spec.dtype(), shape, data.flip()));
        }
        return inputs;
    }
}

package dev.slipway.protocol.tfserving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ServableId;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelMetadataResponse;
import dev.slipway.protocol.proto.tensorflow.serving.SignatureDefMap;
import dev.slipway.protocol.tfserving.grpc.ModelMetadataMessages;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureMethodTest {
    private static final TensorSpec X = new TensorSpec("x", DType.FP32, Shape.of(-1));
    private static final ModelDescription MODEL = new ModelDescription(
            "tensorflow_savedmodel",
            Map.of("regress_x", new Signature("regress_x", List.of(X), List.of(X))),
            1,
            Map.of("method_name.regress_x", "tensorflow/serving/regress"));

    @Test
    void isWhatTheModelSays() {
        assertThat(SignatureMethod.of(MODEL, "regress_x")).isEqualTo("tensorflow/serving/regress");
        assertThat(SignatureMethod.of(MODEL, "other")).isEqualTo("tensorflow/serving/predict");
    }

    @Test
    void standsInBothFormsOfTheMetadata() throws Exception {
        assertThat(StandardCharsets.UTF_8
                        .decode(ModelJson.metadata("m", 1, MODEL))
                        .toString())
                .contains("\"method_name\":\"tensorflow/serving/regress\"");
        SignatureDefMap signatures = GetModelMetadataResponse.parseFrom(
                        ModelMetadataMessages.writeResponse(new ServableId("m", 1), MODEL))
                .getMetadataOrThrow("signature_def")
                .unpack(SignatureDefMap.class);
        assertThat(signatures.getSignatureDefOrThrow("regress_x").getMethodName())
                .isEqualTo("tensorflow/serving/regress");
    }
}

package dev.slipway.protocol.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.Tensors;
import dev.slipway.protocol.proto.inference.DataType;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.text.TritonText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelConfigsTest {
    private static ModelDescription model(Shape input, Shape output) {
        Signature signature = new Signature(
                Signature.DEFAULT,
                List.of(new TensorSpec("x", DType.FP32, input)),
                List.of(new TensorSpec("y", DType.STRING, output)));
        return new ModelDescription("onnxruntime_onnx", Map.of(Signature.DEFAULT, signature), 0, Map.of());
    }

    @Test
    void completesAsTritonDoesWhatHasRows() {
        ModelConfig config = ModelConfigs.of("m", model(Shape.of(-1, 3, -1), Shape.of(-1)), null);
        assertThat(config.getName()).isEqualTo("m");
        assertThat(config.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(config.getBackend()).isEqualTo("onnxruntime");
        assertThat(config.getMaxBatchSize()).isPositive();
        assertThat(config.hasDynamicBatching()).isTrue();
        assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
        assertThat(config.getInput(0).getDimsList()).containsExactly(3L, -1L);
        assertThat(config.getOutput(0).getDataType()).isEqualTo(DataType.TYPE_STRING);
        assertThat(config.getOutput(0).getDimsList()).isEmpty();
    }

    @Test
    void tellsWholeShapesOfWhatHasNone() {
        ModelConfig config = ModelConfigs.of("m", model(Shape.of(2, 3), Shape.of(-1)), null);
        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(config.getInput(0).getDimsList()).containsExactly(2L, 3L);
        assertThat(config.getOutput(0).getDimsList()).containsExactly(-1L);
    }

    @Test
    void whatTheFileSaysGoesBefore() {
        ModelConfig file = TritonText.parse("config.pbtxt", """
                name: "other" max_batch_size: 8
                output [ { name: "y" data_type: TYPE_STRING dims: [ 1 ] label_filename: "labels.txt" } ]
                version_policy { specific { versions: [ 3 ] } }
                parameters { key: "k" value { string_value: "v" } }
                """).message();
        ModelConfig config = ModelConfigs.of("m", model(Shape.of(-1, 3), Shape.of(-1, 1)), file);
        assertThat(config.getName()).isEqualTo("m");
        assertThat(config.getMaxBatchSize()).isEqualTo(8);
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(config.getInput(0).getDimsList()).containsExactly(3L);
        assertThat(Tensors.text(ProtoJson.write(config))).isEqualTo("""
                        {"name":"m","platform":"onnxruntime_onnx","version_policy":{"specific":{"versions":[3]}},\
                        "max_batch_size":8,"input":[{"name":"x","data_type":"TYPE_FP32","format":"FORMAT_NONE","dims":[3],\
                        "is_shape_tensor":false,"allow_ragged_batch":false,"optional":false,\
                        "is_non_linear_format_io":false}],"output":[{"name":"y","data_type":"TYPE_STRING","dims":[1],\
                        "label_filename":"labels.txt","is_shape_tensor":false,"is_non_linear_format_io":false}],\
                        "instance_group":[],"default_model_filename":"","cc_model_filenames":{},"metric_tags":{},\
                        "parameters":{"k":{"string_value":"v"}},"model_warmup":[],"backend":"onnxruntime",\
                        "batch_input":[],"batch_output":[],"runtime":""}""");
    }
}

package dev.slipway.backend.keras;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The classes of layers that can be written. */
final class Layers {
    private static final Map<String, LayerWriter> WRITERS = writers();

    /** Classes whose layers hold code, and what to say of them. */
    private static final Set<String> CODE = Set.of("Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer");

    private Layers() {}

    private static Map<String, LayerWriter> writers() {
        Map<String, LayerWriter> writers = new HashMap<>();
        CoreLayers.into(writers);
        ActivationLayers.into(writers);
        ConvolutionLayers.into(writers);
        TransposedLayers.into(writers);
        PoolingLayers.into(writers);
        NormalizationLayers.into(writers);
        ShapeLayers.into(writers);
        ImageLayers.into(writers);
        MergeLayers.into(writers);
        DotLayer.into(writers);
        AttentionLayers.into(writers);
        MultiHead.into(writers);
        RecurrentLayers.into(writers);
        WrapperLayers.into(writers);
        FeatureLayers.into(writers);
        return writers;
    }

    /**
     * Writes a call of a layer, or of a model in the place of one.
     *
     * @throws dev.slipway.api.SlipwayException {@code UNIMPLEMENTED} naming class and layer, where there is no writer
     */
    static List<Value> call(Call call) {
        LayerConfig config = call.config();
        if (ModelConfig.isModel(config.className())) {
            return new ModelGraph(ModelConfig.of(config), call.weights(), call.dialect())
                    .call(call.ops(), call.inputs());
        }
        boolean isOperation = OperationLayers.isOperation(config, call.dialect());
        LayerWriter writer = isOperation ? OperationLayers.writer(config) : WRITERS.get(config.className());
        if (writer == null || (!isOperation && !call.isOfKeras())) {
            throw Faults.unimplemented(
                    "%s: layers of this class can't be turned into ONNX (%s)",
                    config.subject(),
                    CODE.contains(config.className())
                            ? "it is code of the model's author; export the model to SavedModel or ONNX with TensorFlow"
                            : "expected: a class that docs/backend-keras.md lists");
        }
        call.checkPolicy();
        return writer.write(call);
    }

    /** Writes a call of a layer of one output. */
    static Value one(Call call) {
        return call(call).get(0);
    }
}

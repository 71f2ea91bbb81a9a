package dev.slipway.protocol.openinference;

import dev.slipway.api.DType;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.proto.inference.DataType;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelDynamicBatching;
import dev.slipway.protocol.proto.inference.ModelInput;
import dev.slipway.protocol.proto.inference.ModelOutput;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says of a model what Triton's {@code config.pbtxt} says: what the file beside it has, and for the rest what follows from its
 * signature, as Triton completes such a file by itself.
 */
public final class ModelConfigs {
    /** Of a model whose tensors all have an axis for rows, where no file tells. Requests of more rows are taken, too. */
    private static final int ROWS = 1024;

    private ModelConfigs() {}

    /**
     * The whole configuration.
     *
     * @param description whose default signature is told, or its first
     * @param file what stands beside the model; null for nothing
     */
    public static ModelConfig of(String model, ModelDescription description, @Nullable ModelConfig file) {
        Signature signature = description.signatures().get(Signature.DEFAULT);
        if (signature == null) {
            signature = description.signatures().values().iterator().next();
        }
        ModelConfig.Builder config = file == null ? ModelConfig.newBuilder() : file.toBuilder();
        config.setName(model);
        if (config.getPlatform().isEmpty() && config.getBackend().isEmpty()) {
            config.setPlatform(description.platform());
        }
        if (config.getBackend().isEmpty()) {
            config.setBackend(config.getPlatform().replaceFirst("_.*", ""));
        }
        if (!config.hasMaxBatchSize()) {
            boolean hasRows = hasRows(signature);
            config.setMaxBatchSize(hasRows ? ROWS : 0);
            if (hasRows
                    && config.getSchedulingChoiceCase() == ModelConfig.SchedulingChoiceCase.SCHEDULINGCHOICE_NOT_SET) {
                // Rows of several requests run together wherever that was seen to be right.
                config.setDynamicBatching(ModelDynamicBatching.getDefaultInstance());
            }
        }
        int from = config.getMaxBatchSize() > 0 ? 1 : 0;
        if (config.getInputCount() == 0) {
            signature.inputs().forEach(spec -> config.addInput(input(spec, from)));
        }
        if (config.getOutputCount() == 0) {
            signature.outputs().forEach(spec -> config.addOutput(output(spec, from)));
        }
        return config.build();
    }

    private static boolean hasRows(Signature signature) {
        return Stream.concat(signature.inputs().stream(), signature.outputs().stream())
                .map(TensorSpec::shape)
                .allMatch(shape -> shape.rank() > 0 && shape.dim(0) < 0);
    }

    private static ModelInput input(TensorSpec spec, int from) {
        ModelInput.Builder input = ModelInput.newBuilder()
                .setName(spec.name())
                .setDataType(dataType(spec.dtype()))
                .setOptional(spec.optional());
        addDims(spec.shape(), from, input::addDims);
        return input.build();
    }

    private static ModelOutput output(TensorSpec spec, int from) {
        ModelOutput.Builder output =
                ModelOutput.newBuilder().setName(spec.name()).setDataType(dataType(spec.dtype()));
        addDims(spec.shape(), from, output::addDims);
        return output.build();
    }

    private interface Dims {
        Object add(long dim);
    }

    private static void addDims(Shape shape, int from, Dims dims) {
        if (shape.isAnyRank()) {
            dims.add(-1);
        }
        for (int axis = from; axis < shape.rank(); axis++) {
            dims.add(shape.dim(axis));
        }
    }

    private static DataType dataType(DType dtype) {
        return switch (dtype) {
            case BOOL -> DataType.TYPE_BOOL;
            case UINT8 -> DataType.TYPE_UINT8;
            case UINT16 -> DataType.TYPE_UINT16;
            case UINT32 -> DataType.TYPE_UINT32;
            case UINT64 -> DataType.TYPE_UINT64;
            case INT8 -> DataType.TYPE_INT8;
            case INT16 -> DataType.TYPE_INT16;
            case INT32 -> DataType.TYPE_INT32;
            case INT64 -> DataType.TYPE_INT64;
            case FP16 -> DataType.TYPE_FP16;
            case BF16 -> DataType.TYPE_BF16;
            case FP32 -> DataType.TYPE_FP32;
            case FP64 -> DataType.TYPE_FP64;
            case STRING, MAP -> DataType.TYPE_STRING;
        };
    }
}

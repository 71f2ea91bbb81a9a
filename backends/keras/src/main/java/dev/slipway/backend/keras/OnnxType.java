package dev.slipway.backend.keras;

import dev.slipway.api.DType;

/** Element types of TensorProto. */
final class OnnxType {
    private OnnxType() {}

    static int of(DType dtype) {
        return switch (dtype) {
            case FP32 -> 1;
            case UINT8 -> 2;
            case INT8 -> 3;
            case UINT16 -> 4;
            case INT16 -> 5;
            case INT32 -> 6;
            case INT64 -> 7;
            case BOOL -> 9;
            case FP16 -> 10;
            case FP64 -> 11;
            case BF16 -> 16;
            default -> throw new IllegalArgumentException("dtype: %s (expected: numbers)".formatted(dtype));
        };
    }

    /**
     * The type that Keras calls so.
     *
     * @throws dev.slipway.api.SlipwayException {@code UNIMPLEMENTED} for types whose tensors no graph here takes
     */
    static DType of(String keras, String subject) {
        return switch (keras) {
            case "float32", "mixed_float16", "mixed_bfloat16" -> DType.FP32;
            case "float16" -> DType.FP16;
            case "float64" -> DType.FP64;
            case "bfloat16" -> DType.BF16;
            case "bool" -> DType.BOOL;
            case "uint8" -> DType.UINT8;
            case "int8" -> DType.INT8;
            case "int16" -> DType.INT16;
            case "int32" -> DType.INT32;
            case "int64" -> DType.INT64;
            default ->
                throw Faults.unimplemented(
                        "%s: dtype '%s' (expected: float16, bfloat16, float32, float64, int8 to int64, uint8 or bool)",
                        subject, keras);
        };
    }
}

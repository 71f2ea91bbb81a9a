package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.json.NarrowFloat;
import dev.slipway.protocol.json.TensorBuffer;

/** Turns values of tf.Example's three kinds into elements of an input, where nothing is lost. */
final class FeatureValues {
    private final TensorSpec spec;
    private final DType dtype;
    private final TensorBuffer out;

    FeatureValues(TensorSpec spec, TensorBuffer out) {
        this.spec = spec;
        this.dtype = spec.dtype();
        this.out = out;
    }

    void bytes(byte[] source, int from, int length, int example) {
        if (dtype != DType.STRING) {
            throw wrongKind(example, "a bytes_list");
        }
        out.putInt(length);
        out.putBytes(source, from, length);
    }

    void float32(float value, int example) {
        switch (dtype) {
            case FP32 -> out.putInt(Float.floatToRawIntBits(value));
            case FP64 -> out.putLong(Double.doubleToRawLongBits(value));
            case FP16 -> narrow(value, NarrowFloat.FP16, example);
            case BF16 -> narrow(value, NarrowFloat.BF16, example);
            default -> {
                // 2^63 itself is no long, but turns into the largest.
                if (!dtype.isInteger() || value != (long) value || Math.abs(value) >= 0x1p63f) {
                    throw wrongKind(example, dtype.isInteger() ? "the float " + value : "a float_list");
                }
                int64((long) value, example);
            }
        }
    }

    private void narrow(double value, NarrowFloat format, int example) {
        short bits = format.round(value);
        if (Double.compare(format.toFloat(bits), value) != 0 && !Double.isNaN(value)) {
            throw wrongKind(example, "the number " + value);
        }
        out.putShort(bits);
    }

    void int64(long value, int example) {
        switch (dtype) {
            case INT64 -> out.putLong(value);
            case UINT64 -> out.putLong(within(value, 0, Long.MAX_VALUE, example));
            case INT32 -> out.putInt((int) within(value, Integer.MIN_VALUE, Integer.MAX_VALUE, example));
            case UINT32 -> out.putInt((int) within(value, 0, 0xFFFF_FFFFL, example));
            case INT16 -> out.putShort((int) within(value, Short.MIN_VALUE, Short.MAX_VALUE, example));
            case UINT16 -> out.putShort((int) within(value, 0, 0xFFFF, example));
            case INT8 -> out.putByte((int) within(value, Byte.MIN_VALUE, Byte.MAX_VALUE, example));
            case UINT8 -> out.putByte((int) within(value, 0, 0xFF, example));
            case BOOL -> out.putByte((int) within(value, 0, 1, example));
            case FP64 -> out.putLong(Double.doubleToRawLongBits(exact(value, 53, example)));
            case FP32 -> out.putInt(Float.floatToRawIntBits((float) exact(value, 24, example)));
            case FP16 -> narrow(exact(value, 53, example), NarrowFloat.FP16, example);
            case BF16 -> narrow(exact(value, 53, example), NarrowFloat.BF16, example);
            case STRING, MAP -> throw wrongKind(example, "an int64_list");
        }
    }

    private long within(long value, long least, long most, int example) {
        if (value < least || value > most) {
            throw wrongKind(example, Long.toString(value));
        }
        return value;
    }

    /** The same number, if so many bits hold it. */
    private double exact(long value, int bits, int example) {
        long magnitude = Math.abs(value);
        if (value != 0
                && Long.SIZE - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude) > bits) {
            throw wrongKind(example, Long.toString(value));
        }
        return value;
    }

    private SlipwayException wrongKind(int example, String found) {
        String kinds = switch (dtype) {
            case STRING, MAP -> "bytes_list";
            case BOOL -> "int64_list of 0 and 1";
            case FP32, FP64, FP16, BF16 -> "float_list, or int64_list without loss";
            default -> "int64_list within its range";
        };
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "example %d: feature '%s' has %s (expected: %s, %s)"
                        .formatted(example, spec.name(), found, dtype, kinds));
    }
}

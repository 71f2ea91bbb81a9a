package dev.slipway.backend.tensorflow;

import dev.slipway.api.DType;
import org.jspecify.annotations.Nullable;

/**
 * TensorFlow's element types by number; those of reference variables are 100 higher.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/framework/types.proto">types.proto</a>
 */
final class DataTypes {
    static final int FLOAT = 1;
    static final int STRING = 7;

    private static final int REFERENCE = 100;
    private static final String[] NAMES = {
        "INVALID",
        "FLOAT",
        "DOUBLE",
        "INT32",
        "UINT8",
        "INT16",
        "INT8",
        "STRING",
        "COMPLEX64",
        "INT64",
        "BOOL",
        "QINT8",
        "QUINT8",
        "QINT32",
        "BFLOAT16",
        "QINT16",
        "QUINT16",
        "UINT16",
        "COMPLEX128",
        "HALF",
        "RESOURCE",
        "VARIANT",
        "UINT32",
        "UINT64"
    };

    private DataTypes() {}

    /** The type that requests and answers have for it; null where they have none. */
    static @Nullable DType dtype(int number) {
        return switch (plain(number)) {
            case FLOAT -> DType.FP32;
            case 2 -> DType.FP64;
            case 3 -> DType.INT32;
            case 4 -> DType.UINT8;
            case 5 -> DType.INT16;
            case 6 -> DType.INT8;
            case STRING -> DType.STRING;
            case 9 -> DType.INT64;
            case 10 -> DType.BOOL;
            case 14 -> DType.BF16;
            case 17 -> DType.UINT16;
            case 19 -> DType.FP16;
            case 22 -> DType.UINT32;
            case 23 -> DType.UINT64;
            default -> null;
        };
    }

    /** The number of a type; 0 for one that TensorFlow lacks. */
    static int number(DType dtype) {
        return switch (dtype) {
            case FP32 -> FLOAT;
            case FP64 -> 2;
            case INT32 -> 3;
            case UINT8 -> 4;
            case INT16 -> 5;
            case INT8 -> 6;
            case STRING -> STRING;
            case INT64 -> 9;
            case BOOL -> 10;
            case BF16 -> 14;
            case UINT16 -> 17;
            case FP16 -> 19;
            case UINT32 -> 22;
            case UINT64 -> 23;
            case MAP -> 0;
        };
    }

    /** As TensorFlow calls it: {@code DT_FLOAT}. */
    static String name(int number) {
        int plain = plain(number);
        String name = plain >= 0 && plain < NAMES.length ? "DT_" + NAMES[plain] : "type " + plain;
        return plain == number ? name : name + "_REF";
    }

    /** Bytes that an element takes in memory; for texts and handles those beside what they point to. */
    static int byteSize(int number) {
        return switch (plain(number)) {
            case 4, 6, 10, 11, 12 -> 1;
            case 5, 14, 15, 16, 17, 19 -> 2;
            case FLOAT, 3, 13, 22 -> 4;
            case 2, 8, 9, 23 -> 8;
            case STRING -> 24;
            case 18 -> 16;
            default -> 1;
        };
    }

    private static int plain(int number) {
        return number > REFERENCE ? number - REFERENCE : number;
    }
}

package dev.slipway.backend.torch;

import dev.slipway.api.DType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What PyTorch calls the memory of tensors of one element type. */
enum StorageType {
    FLOAT(4, DType.FP32),
    DOUBLE(8, DType.FP64),
    HALF(2, DType.FP16),
    BFLOAT16(2, DType.BF16),
    LONG(8, DType.INT64),
    INT(4, DType.INT32),
    SHORT(2, DType.INT16),
    CHAR(1, DType.INT8),
    BYTE(1, DType.UINT8),
    BOOL(1, DType.BOOL),
    QINT8(1, null),
    QUINT8(1, null),
    QINT32(4, null),
    COMPLEXFLOAT(8, null),
    COMPLEXDOUBLE(16, null);

    private final int byteSize;
    private final @Nullable DType dtype;

    StorageType(int byteSize, @Nullable DType dtype) {
        this.byteSize = byteSize;
        this.dtype = dtype;
    }

    int byteSize() {
        return byteSize;
    }

    /** What requests call it; null for what they can't carry. */
    @Nullable
    DType dtype() {
        return dtype;
    }

    /** @param className such as {@code FloatStorage}; null for what is none */
    static @Nullable StorageType of(String className) {
        for (StorageType type : values()) {
            if (className.toLowerCase(Locale.ROOT).equals(type.name().toLowerCase(Locale.ROOT) + "storage")) {
                return type;
            }
        }
        return null;
    }
}

package dev.slipway.backend.process;

import dev.slipway.api.DType;
import java.io.IOException;
import java.util.List;

/** The numbers that dtypes have on the wire; they never change. */
final class WireTypes {
    private static final List<DType> BY_NUMBER = List.of(
            DType.BOOL,
            DType.UINT8,
            DType.INT8,
            DType.UINT16,
            DType.INT16,
            DType.UINT32,
            DType.INT32,
            DType.UINT64,
            DType.INT64,
            DType.FP16,
            DType.BF16,
            DType.FP32,
            DType.FP64,
            DType.STRING,
            DType.MAP);

    private WireTypes() {}

    /** From 1. */
    static int number(DType dtype) {
        return BY_NUMBER.indexOf(dtype) + 1;
    }

    static DType dtype(int number) throws IOException {
        if (number < 1 || number > BY_NUMBER.size()) {
            throw new WorkerLostException("sent dtype %d (expected: 1 to %d)".formatted(number, BY_NUMBER.size()));
        }
        return BY_NUMBER.get(number - 1);
    }
}

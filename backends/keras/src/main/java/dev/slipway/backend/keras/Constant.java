package dev.slipway.backend.keras;

import dev.slipway.backend.common.WireWriter;
import java.util.function.Supplier;

/**
 * A tensor that an ONNX graph holds; its bytes are made when they are written.
 *
 * @param name in the graph
 * @param type an element type of TensorProto
 * @param dims sizes
 * @param byteCount of its data
 * @param data little-endian, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Constant(String name, int type, long[] dims, long byteCount, Supplier<byte[]> data) {
    /** All of its TensorProto but the data, which is field 9. */
    byte[] header() {
        WireWriter header = new WireWriter();
        for (long dim : dims) {
            header.varint(1, dim);
        }
        return header.varint(2, type).text(8, name).toBytes();
    }
}

package dev.slipway.backend.onnx;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory of a slot's own for maps from label to score. All but the scores is written once, when it grows. */
final class MapCell {
    private final ZipMap zipMap;
    private final Cells cells;
    private ByteBuffer memory = ByteBuffer.allocate(0);

    MapCell(ZipMap zipMap, Cells cells) {
        this.zipMap = zipMap;
        this.cells = cells;
    }

    /** The maps of scores of that shape; good until {@link Cells} says that the memory moves. */
    Tensor bind(Shape scores) {
        int rows = zipMap.rows(scores);
        int bytes = zipMap.bytes(rows);
        if (bytes > memory.capacity()) {
            int roomyRows =
                    Math.max(rows, (int) Math.min(2L * memory.capacity(), Integer.MAX_VALUE / 2) / zipMap.bytes(1));
            cells.moves(zipMap.bytes(roomyRows) - memory.capacity());
            memory = ByteBuffer.wrap(zipMap.rows(roomyRows)).order(ByteOrder.LITTLE_ENDIAN);
        }
        return new Tensor(DType.MAP, Shape.of(rows), memory.duplicate().limit(bytes));
    }

    void write(Tensor scores) {
        zipMap.write(scores, memory);
    }
}

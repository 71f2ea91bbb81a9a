package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Direct memory of a slot's own for one input or output. It only grows, and tensors of any shape lie at its start, of
 * which one is in use at a time.
 */
final class Cell {
    /** A cache line, and what vector instructions like best. */
    private static final int ALIGNMENT = 64;

    /**
     * Written over the first bytes of an output before a run; were they still there after it, the runtime would not have
     * written the output. No number that models answer: a signalling NaN as float32.
     */
    private static final long UNWRITTEN = 0xFFA5_C3E1_7FB5_A5A7L;

    private final OrtRuntime runtime;
    private final Port port;
    private final OnnxJavaType type;
    private final Cells cells;
    private ByteBuffer memory = ByteBuffer.allocateDirect(0);

    /** A cell for elements of the port's type, or of the signed type from which the runtime is to cast them. */
    Cell(OrtRuntime runtime, Port port, Cells cells) {
        this.runtime = runtime;
        this.port = port;
        this.cells = cells;
        ElementType element = port.type().element();
        ElementType signed = element.castFrom();
        OnnxJavaType direct = signed == null ? element.direct() : signed.direct();
        if (direct == null) {
            throw new IllegalArgumentException("type: %s (expected: one that the Java API takes)".formatted(element));
        }
        this.type = direct;
    }

    /**
     * A tensor at the start of a cell's memory.
     *
     * @param value the native one; whoever asked for it closes it
     * @param view the same elements as callers see them
     */
    record Bound(OnnxTensor value, Tensor view) {
        void close() {
            OrtRuntime.close(value);
        }
    }

    /** A new tensor of that shape; it must be closed when {@link Cells} says that the memory moves. */
    Bound bind(Shape shape) throws OrtException {
        int bytes = Math.toIntExact(shape.elementCount() * port.spec().dtype().byteSize());
        if (bytes > memory.capacity()) {
            grow(bytes);
        }
        ByteBuffer slice = memory.duplicate().order(ByteOrder.nativeOrder()).limit(bytes);
        return new Bound(
                runtime.tensor(slice, shape.dims(), type),
                new Tensor(port.spec().dtype(), shape, slice));
    }

    private void grow(int bytes) {
        long roomy = Math.max(bytes, Math.min(2L * memory.capacity(), Integer.MAX_VALUE / 2)) + ALIGNMENT;
        if (roomy > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "'%s' has %d bytes (expected: at most %d)"
                            .formatted(port.name(), bytes, Integer.MAX_VALUE - ALIGNMENT));
        }
        cells.moves((int) roomy - ALIGNMENT - memory.capacity());
        ByteBuffer raw = ByteBuffer.allocateDirect((int) roomy);
        int misaligned = raw.alignmentOffset(0, ALIGNMENT);
        memory = raw.slice((ALIGNMENT - misaligned) % ALIGNMENT, (int) roomy - ALIGNMENT);
    }

    /** Copies elements to the start of the memory. */
    void write(ByteBuffer data) {
        memory.put(0, data, data.position(), data.remaining());
    }

    /** Whether a mark fits in an output of so many bytes. */
    static boolean isMarkable(long bytes) {
        return bytes >= Integer.BYTES;
    }

    /** Marks an output of so many bytes as not written. */
    void mark(int bytes) {
        if (bytes >= Long.BYTES) {
            memory.putLong(0, UNWRITTEN);
        } else {
            memory.putInt(0, (int) UNWRITTEN);
        }
    }

    boolean isMarked(int bytes) {
        return bytes >= Long.BYTES ? memory.getLong(0) == UNWRITTEN : memory.getInt(0) == (int) UNWRITTEN;
    }
}

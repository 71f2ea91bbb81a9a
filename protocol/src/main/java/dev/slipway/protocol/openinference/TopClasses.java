package dev.slipway.protocol.openinference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.wire.NumberElements;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Turns an output into its highest values, each as text {@code VALUE:INDEX[:LABEL]}, highest first; of equal ones the first.
 * NaN comes last. Values print as in Triton: floats with six decimals.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md">
 *     Triton: classification extension</a>
 */
final class TopClasses {
    private static final int DECIMALS = 6;

    private final Tensor tensor;
    private final ByteBuffer data;
    private final List<String> labels;
    private final int classes;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TopClasses(Tensor tensor, int classes, List<String> labels) {
        this.tensor = tensor;
        this.data = tensor.data();
        this.classes = classes;
        this.labels = labels;
    }

    /**
     * The classes of each row; of the whole tensor where it has no rows. It has some when it has several axes, or an only one
     * whose size is open.
     *
     * @param spec of the output
     * @param tensor numbers of any dtype, {@code [rows, ...]}; further axes are one after the other
     * @param count how many of a row, at least 1; all when there are fewer
     * @param labels by index, may be too few
     * @return STRING {@code [rows, count]} or {@code [count]}
     * @throws SlipwayException {@code INVALID_ARGUMENT} for BOOL, STRING and MAP
     */
    static Tensor of(TensorSpec spec, Tensor tensor, int count, List<String> labels) {
        if (!tensor.dtype().isInteger() && !tensor.dtype().isFloat()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "output '%s' of datatype %s is wanted as classes (expected: an output of numbers)"
                            .formatted(spec.name(), Datatypes.name(tensor.dtype())));
        }
        Shape shape = tensor.shape();
        boolean hasRows = shape.rank() > 1
                || (shape.rank() == 1
                        && !spec.shape().isAnyRank()
                        && spec.shape().rank() == 1
                        && spec.shape().dim(0) < 0);
        int elements = Math.toIntExact(tensor.elementCount());
        int rows = hasRows ? Math.toIntExact(shape.dim(0)) : 1;
        int ofRow = rows == 0 ? 0 : elements / rows;
        int kept = Math.min(count, ofRow);
        TopClasses top = new TopClasses(tensor, kept, labels);
        for (int row = 0; row < rows; row++) {
            top.addRow(row * ofRow, ofRow);
        }
        ByteBuffer texts = ByteBuffer.wrap(top.out.toByteArray());
        return new Tensor(DType.STRING, hasRows ? Shape.of(rows, kept) : Shape.of(kept), texts);
    }

    private void addRow(int from, int size) {
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            keys[i] = key(from + i);
        }
        int[] heap = new int[classes];
        int held = 0;
        for (int i = 0; i < size && classes > 0; i++) {
            if (held < classes) {
                heap[held++] = i;
                if (held == classes) {
                    for (int at = classes / 2 - 1; at >= 0; at--) {
                        sink(heap, keys, at, held);
                    }
                }
            } else if (isAbove(keys, i, heap[0])) {
                heap[0] = i;
                sink(heap, keys, 0, held);
            }
        }
        // The lowest goes to the end, again and again.
        for (int end = held - 1; end > 0; end--) {
            int lowest = heap[0];
            heap[0] = heap[end];
            heap[end] = lowest;
            sink(heap, keys, 0, end);
        }
        for (int index : heap) {
            add(from + index, index);
        }
    }

    /** Restores a heap whose lowest stands first. */
    private static void sink(int[] heap, long[] keys, int start, int size) {
        int at = start;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isAbove(keys, heap[child], heap[child + 1])) {
                child++;
            }
            if (isAbove(keys, heap[child], heap[at])) {
                return;
            }
            int moved = heap[at];
            heap[at] = heap[child];
            heap[child] = moved;
            at = child;
        }
    }

    private static boolean isAbove(long[] keys, int one, int other) {
        return keys[one] != keys[other] ? keys[one] > keys[other] : one < other;
    }

    private void add(int element, int index) {
        String label = index < labels.size() ? labels.get(index) : "";
        byte[] text = (print(element) + ":" + index + (label.isEmpty() ? "" : ":" + label)).getBytes(UTF_8);
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(text.length)
                .array());
        out.writeBytes(text);
    }

    /** Numbers in the order of the values. */
    private long key(int element) {
        if (tensor.dtype().isFloat()) {
            double value = NumberElements.real(tensor.dtype(), data, element);
            if (Double.isNaN(value)) {
                return Long.MIN_VALUE;
            }
            // Zeros of both signs are equal.
            long bits = Double.doubleToRawLongBits(value + 0.0);
            return bits < 0 ? ~bits ^ Long.MIN_VALUE : bits;
        }
        long value = NumberElements.whole(tensor.dtype(), data, element);
        return tensor.dtype() == DType.UINT64 ? value ^ Long.MIN_VALUE : value;
    }

    private String print(int element) {
        if (!tensor.dtype().isFloat()) {
            long value = NumberElements.whole(tensor.dtype(), data, element);
            return tensor.dtype() == DType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
        }
        double value = NumberElements.real(tensor.dtype(), data, element);
        if (Double.isNaN(value)) {
            return "nan";
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        BigDecimal rounded = new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN);
        boolean isMinusZero = rounded.signum() == 0 && Double.doubleToRawLongBits(value) < 0;
        return (isMinusZero ? "-" : "") + rounded.toPlainString();
    }
}

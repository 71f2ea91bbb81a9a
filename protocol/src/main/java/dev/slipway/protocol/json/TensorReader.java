package dev.slipway.protocol.json;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.util.Arrays;

/**
 * Reads nested JSON arrays into one tensor, at once or row by row, and finds its shape on the way. Numbers of another
 * notation than the dtype's are taken when nothing is lost: {@code 2.0} and {@code 2e0} are whole. Decimals are rounded
 * to the nearest float. Strings may be given as {@code {"b64": "..."}}.
 */
public final class TensorReader {
    /** Most axes that a tensor may have. */
    public static final int RANK_MAX = 32;

    private static final int NOT_SEEN = -1;

    private final String subject;
    private final DType dtype;
    private final TensorBuffer out;
    private final ElementReader elements;
    private final long[] dims = new long[RANK_MAX];
    private int rank;
    private int leafLevel = NOT_SEEN;
    private long row;

    /**
     * @param subject whose elements these are, for messages: {@code input 'x'}
     * @param dtype of the elements; not MAP
     * @param bytes how much is expected; more is no error
     */
    public TensorReader(String subject, DType dtype, int bytes) {
        this(subject, dtype, bytes, false);
    }

    /**
     * As {@link #TensorReader(String, DType, int)}.
     *
     * @param optional whether null stands for an element that is missing, which then is NaN or empty text
     */
    public TensorReader(String subject, DType dtype, int bytes, boolean optional) {
        this.subject = subject;
        this.dtype = dtype;
        out = new TensorBuffer(bytes);
        elements = new ElementReader(subject, dtype, out, optional);
        Arrays.fill(dims, NOT_SEEN);
    }

    /**
     * Reads the value that comes next as the whole tensor.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} for broken JSON, ragged arrays, and elements that the dtype
     *     cannot hold
     */
    public void read(JsonReader in) {
        value(in, 0);
    }

    /** Reads the value that comes next as one row more: an item along axis 0. Throws as {@link #read}. */
    public void readRow(JsonReader in) {
        rank = Math.max(rank, 1);
        dims[0] = row + 1;
        value(in, 1);
        row++;
    }

    /**
     * Adds a row that is missing.
     *
     * @param shape of all rows; open sizes count as 1
     */
    public void missingRow(Shape shape) {
        long count = 1;
        for (int axis = 1; axis < shape.rank(); axis++) {
            long size = Math.max(1, shape.dim(axis));
            if (dims[axis] == NOT_SEEN) {
                dims[axis] = size;
            }
            count *= dims[axis];
        }
        rank = Math.max(rank, Math.max(1, shape.rank()));
        leafLevel = leafLevel == NOT_SEEN ? rank : leafLevel;
        dims[0] = row + 1;
        for (long element = 0; element < count; element++) {
            elements.putMissing();
        }
        row++;
    }

    /** What the arrays say; of any use only after a value was read. */
    public Shape shape() {
        return Shape.of(Arrays.copyOf(dims, rank));
    }

    /** The tensor as its arrays are nested. */
    public Tensor tensor() {
        return new Tensor(dtype, shape(), out.toByteBuffer());
    }

    /** The elements under another shape, which must have as many. */
    public Tensor tensor(Shape shape) {
        return new Tensor(dtype, shape, out.toByteBuffer());
    }

    private void value(JsonReader in, int level) {
        if (in.peek() == '[') {
            array(in, level);
        } else {
            enterLeaf(in, level);
            elements.read(in);
        }
    }

    private void array(JsonReader in, int level) {
        if (leafLevel != NOT_SEEN && level >= leafLevel) {
            throw ragged("holds an array", "at byte " + in.position(), "a single element, as before");
        }
        if (level == RANK_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s has more than %d axes at byte %d (expected: at most %d)"
                            .formatted(subject, RANK_MAX, in.position(), RANK_MAX));
        }
        in.beginArray();
        long count = 0;
        boolean more = in.nextElement();
        if (more && in.peek() != '[') {
            enterLeaf(in, level + 1);
            count = elements.readRest(in);
            more = false;
        }
        while (more) {
            if (level == 0) {
                row = count;
            }
            value(in, level + 1);
            count++;
            more = in.nextElement();
        }
        endAxis(level, count);
    }

    private void endAxis(int level, long count) {
        if (dims[level] == NOT_SEEN) {
            dims[level] = count;
            rank = Math.max(rank, level + 1);
        } else if (dims[level] != count) {
            throw ragged("has " + count, "elements along axis " + level, String.valueOf(dims[level]));
        }
    }

    private void enterLeaf(JsonReader in, int level) {
        if (leafLevel == NOT_SEEN) {
            // An empty array may have shown before that there is another axis.
            if (rank > level) {
                throw ragged("holds " + LookAhead.found(in), "at byte " + in.position(), "an array, as before");
            }
            leafLevel = level;
        } else if (leafLevel != level) {
            throw ragged("holds " + LookAhead.found(in), "at byte " + in.position(), "an array, as before");
        }
    }

    private SlipwayException ragged(String found, String where, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s is ragged: row %d %s %s (expected: %s)".formatted(subject, row, found, where, expected));
    }
}

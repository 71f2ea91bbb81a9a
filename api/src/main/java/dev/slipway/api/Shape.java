package dev.slipway.api;

import java.util.Arrays;

/**
 * The extent of a tensor along each axis. In a {@link Tensor} every dimension is known; in a {@link TensorSpec} -1
 * stands for any size, and {@link #ANY} for any rank.
 */
public final class Shape {
    /** No dimensions: one element. */
    public static final Shape SCALAR = new Shape(new long[0], false);

    /** Any number of dimensions; only in a {@link TensorSpec}. */
    public static final Shape ANY = new Shape(new long[0], true);

    private final long[] dims;
    private final boolean anyRank;
    private final boolean isHint;

    private Shape(long[] dims, boolean anyRank) {
        this(dims, anyRank, false);
    }

    private Shape(long[] dims, boolean anyRank, boolean isHint) {
        this.dims = dims;
        this.anyRank = anyRank;
        this.isHint = isHint;
    }

    /**
     * @param dims sizes, each at least 0, or -1 for any
     * @throws IllegalArgumentException for a size below -1
     */
    public static Shape of(long... dims) {
        for (long dim : dims) {
            if (dim < -1) {
                throw new IllegalArgumentException("dimension: %d (expected: >= -1)".formatted(dim));
            }
        }
        return dims.length == 0 ? SCALAR : new Shape(dims.clone(), false);
    }

    /**
     * A shape that a model's file names, and the model does not insist on: it takes others too, or refuses them itself; only
     * in a {@link TensorSpec}. People see it as they see any other.
     *
     * @param dims as for {@link #of}
     */
    public static Shape hint(long... dims) {
        return new Shape(of(dims).dims, false, true);
    }

    /** Whether the number of dimensions is open; then {@link #rank()} is 0 and means nothing. */
    public boolean isAnyRank() {
        return anyRank;
    }

    public int rank() {
        return dims.length;
    }

    /** The size along {@code axis}, counted from 0; -1 for any. */
    public long dim(int axis) {
        return dims[axis];
    }

    /** A copy of all sizes. */
    public long[] dims() {
        return dims.clone();
    }

    /**
     * The same sizes but for the first: another number of rows.
     *
     * @param size at least 0
     * @throws IllegalArgumentException when there is no first dimension, or {@code size} is negative
     */
    public Shape withFirst(long size) {
        if (dims.length == 0 || size < 0) {
            throw new IllegalArgumentException(
                    "first dimension of %s: %d (expected: >= 0, and a rank of at least 1)".formatted(this, size));
        }
        long[] sizes = dims.clone();
        sizes[0] = size;
        return new Shape(sizes, false);
    }

    /** Whether every size is known. */
    public boolean isKnown() {
        if (anyRank) {
            return false;
        }
        for (long dim : dims) {
            if (dim < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The product of all sizes; 1 for a scalar.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when a size is open or the product exceeds a long
     */
    public long elementCount() {
        long count = 1;
        boolean overflowed = false;
        for (long dim : dims) {
            if (dim == 0) {
                return 0;
            }
            if (dim < 0) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "shape %s has open dimensions".formatted(this));
            }
            long high = Math.multiplyHigh(count, dim);
            count *= dim;
            overflowed |= high != 0 || count < 0;
        }
        if (overflowed || anyRank) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "shape %s has too many elements (expected: < 2^63)".formatted(this));
        }
        return count;
    }

    /** Whether {@code shape}, which must be known, fits this one, in which -1 is any size; a hint takes any. */
    public boolean accepts(Shape shape) {
        if (anyRank || isHint) {
            return true;
        }
        if (dims.length != shape.dims.length) {
            return false;
        }
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] >= 0 && dims[axis] != shape.dims[axis]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape
                && anyRank == shape.anyRank
                && isHint == shape.isHint
                && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims) + (anyRank ? 1 : 0) + (isHint ? 2 : 0);
    }

    /** As messages show it: {@code [any, 4]}, {@code []} for a scalar, {@code [...]} for any rank. */
    @Override
    public String toString() {
        if (anyRank) {
            return "[...]";
        }
        StringBuilder text = new StringBuilder("[");
        for (int axis = 0; axis < dims.length; axis++) {
            text.append(axis == 0 ? "" : ", ");
            if (dims[axis] < 0) {
                text.append("any");
            } else {
                text.append(dims[axis]);
            }
        }
        return text.append(']').toString();
    }
}

package dev.slipway.backend.keras;

/** Turns a convolution's kernel from Keras's order, {@code [space..., in, out]}, to ONNX's, {@code [out, in, space...]}. */
final class Kernel {
    private final Call call;
    private final int axes;

    Kernel(Call call, int axes) {
        this.call = call;
        this.axes = axes;
    }

    /** An ordinary kernel, or one as Keras 1 wrote it: Theano's order, or with an axis more in one dimension. */
    Value convolution(Window window, long in, long out) {
        boolean isOld = call.dialect().major() == 1;
        boolean isTheanoOrder =
                isOld && call.config().text("tf", "dim_ordering").equals("th");
        if (isOld && axes == 1) {
            return old(window, in, out);
        }
        if (isTheanoOrder) {
            Weight weight = call.weight("kernel", with(window, new long[] {out, in}, true));
            return turned(weight, weight.dims(), identity(axes + 2), 2);
        }
        Weight weight = call.weight("kernel", with(window, new long[] {in, out}, false));
        return turned(weight, with(window, new long[] {out, in}, true), order(axes + 1, axes), 0);
    }

    /** One dimension in Keras 1: {@code [length, 1, in, out]}. */
    private Value old(Window window, long in, long out) {
        Weight weight = call.weight("kernel", -1, -1, -1, -1);
        long length = window.size()[0];
        if (weight.shape().equals(dev.slipway.api.Shape.of(out, in, length, 1))) {
            return turned(weight, new long[] {out, in, length}, identity(4), 2);
        }
        if (!weight.shape().equals(dev.slipway.api.Shape.of(length, 1, in, out))) {
            throw Faults.invalid(
                    "%s: the kernel has shape %s (expected: [%d, 1, %d, %d])",
                    call.config().subject(), weight.shape(), length, in, out);
        }
        return turned(weight, new long[] {out, in, length}, new int[] {3, 2, 0, 1}, 0);
    }

    /** The kernel of a transposed convolution, {@code [space..., out, in]}, as {@code [in, out, space...]}. */
    Value transposed(Window window, long in, long out) {
        Weight weight = call.weight("kernel", with(window, new long[] {out, in}, false));
        return turned(weight, with(window, new long[] {in, out}, true), order(axes + 1, axes), 0);
    }

    /** A kernel for each channel, {@code [space..., in, many]}, as {@code [in * many, 1, space...]}. */
    Value depthwise(Window window, long in, long many) {
        Weight weight = call.weight("depthwise_kernel", with(window, new long[] {in, many}, false));
        long[] dims = with(window, new long[] {Math.multiplyExact(in, many), 1}, true);
        boolean[] flipped = new boolean[axes + 2];
        return call.constant(
                weight,
                dims,
                "~depthwise",
                values -> Numbers.transposed(values, weight.dims(), order(axes, axes + 1), flipped));
    }

    /** @param space the first of the file's axes of space, which Theano counts backwards */
    private Value turned(Weight weight, long[] dims, int[] order, int space) {
        boolean[] flipped = new boolean[order.length];
        for (int axis = 0; axis < axes; axis++) {
            flipped[space + axis] = call.dialect().isTheano();
        }
        return call.constant(
                weight, dims, "~kernel", values -> Numbers.transposed(values, weight.dims(), order, flipped));
    }

    private int[] order(int first, int second) {
        int[] order = new int[axes + 2];
        order[0] = first;
        order[1] = second;
        for (int axis = 0; axis < axes; axis++) {
            order[axis + 2] = axis;
        }
        return order;
    }

    private static int[] identity(int rank) {
        return java.util.stream.IntStream.range(0, rank).toArray();
    }

    private static long[] with(Window window, long[] others, boolean othersFirst) {
        long[] size = Window.longs(window.size());
        return othersFirst ? concat(others, size) : concat(size, others);
    }

    private static long[] concat(long[] a, long[] b) {
        return java.util.stream.LongStream.concat(java.util.Arrays.stream(a), java.util.Arrays.stream(b))
                .toArray();
    }
}

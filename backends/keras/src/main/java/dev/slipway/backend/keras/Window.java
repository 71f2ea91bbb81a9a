package dev.slipway.backend.keras;

import dev.slipway.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A window that slides over the axes of space.
 *
 * @param size along each axis
 * @param strides steps
 * @param dilations distance of neighbours within the window
 * @param padding {@code valid}, {@code same} or {@code causal}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Window(int[] size, int[] strides, int[] dilations, String padding) {
    /** The window of a convolution, in the words of Keras 1 to 3. */
    static Window ofKernel(Call call, int axes) {
        LayerConfig config = call.config();
        int[] size = config.has("nb_row")
                ? new int[] {config.count(1, "nb_row"), config.count(1, "nb_col")}
                : config.has("kernel_dim1")
                        ? new int[] {
                            config.count(1, "kernel_dim1"),
                            config.count(1, "kernel_dim2"),
                            config.count(1, "kernel_dim3")
                        }
                        : config.counts(axes, 1, "kernel_size", "filter_length");
        return of(
                config,
                size,
                config.counts(axes, 1, "strides", "subsample", "subsample_length"),
                config.counts(axes, 1, "dilation_rate", "atrous_rate"));
    }

    /** The window of a pooling layer. */
    static Window ofPool(Call call, int axes) {
        LayerConfig config = call.config();
        int[] size = config.counts(axes, 2, "pool_size", "pool_length");
        int[] strides = config.get("strides", "stride") == null ? size : config.counts(axes, 1, "strides", "stride");
        int[] dilations = new int[axes];
        java.util.Arrays.fill(dilations, 1);
        return of(config, size, strides, dilations);
    }

    private static Window of(LayerConfig config, int[] size, int[] strides, int[] dilations) {
        String padding = config.text("valid", "padding", "border_mode").toLowerCase(Locale.ROOT);
        if (!List.of("valid", "same", "causal").contains(padding)) {
            throw Faults.unimplemented("%s: padding '%s' (expected: valid, same or causal)", config.subject(), padding);
        }
        for (int axis = 0; axis < size.length; axis++) {
            if (size[axis] < 1 || strides[axis] < 1 || dilations[axis] < 1) {
                throw Faults.invalid(
                        "%s: a window of %d, in steps of %d, dilated by %d (expected: 1 or more of each)",
                        config.subject(), size[axis], strides[axis], dilations[axis]);
            }
        }
        return new Window(size, strides, dilations, padding);
    }

    /** How far the window reaches along an axis. */
    long reach(int axis) {
        return (long) (size[axis] - 1) * dilations[axis] + 1;
    }

    /** The size that comes out along an axis; -1 for what goes in is -1. */
    long out(int axis, long in) {
        if (in < 0) {
            return -1;
        }
        long room = padding.equals("valid") ? in - reach(axis) + 1 : in;
        if (room < 1) {
            throw Faults.invalid("a window of %d slides over %d places (expected: at least as many)", reach(axis), in);
        }
        return (room + strides[axis] - 1) / strides[axis];
    }

    /** The shape behind the window, of {@code [batch, channels, space...]}. */
    Shape out(Shape in, long channels) {
        long[] dims = in.dims();
        dims[1] = channels;
        for (int axis = 0; axis < size.length; axis++) {
            dims[axis + 2] = out(axis, dims[axis + 2]);
        }
        return Shape.of(dims);
    }

    /** The window in ONNX's words, over an input of {@code [batch, channels, space...]}. */
    List<Attribute> attributes(Shape in) {
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(Attribute.of("kernel_shape", longs(size)));
        attributes.add(Attribute.of("strides", longs(strides)));
        if (java.util.Arrays.stream(dilations).anyMatch(dilation -> dilation != 1)) {
            attributes.add(Attribute.of("dilations", longs(dilations)));
        }
        if (padding.equals("same") && isOpen(in)) {
            // TensorFlow, too, puts the odd place behind.
            attributes.add(Attribute.of("auto_pad", "SAME_UPPER"));
        } else if (!padding.equals("valid")) {
            attributes.add(Attribute.of("pads", pads(in)));
        }
        return attributes;
    }

    private boolean isOpen(Shape in) {
        for (int axis = 0; axis < size.length; axis++) {
            if (in.dim(axis + 2) < 0) {
                return true;
            }
        }
        return false;
    }

    private long[] pads(Shape in) {
        long[] pads = new long[2 * size.length];
        for (int axis = 0; axis < size.length; axis++) {
            if (padding.equals("causal")) {
                pads[axis] = reach(axis) - 1;
            } else {
                long places = in.dim(axis + 2);
                long all = Math.max(0, (out(axis, places) - 1) * strides[axis] + reach(axis) - places);
                pads[axis] = all / 2;
                pads[axis + size.length] = all - all / 2;
            }
        }
        return pads;
    }

    static long[] longs(int[] values) {
        return java.util.Arrays.stream(values).asLongStream().toArray();
    }
}

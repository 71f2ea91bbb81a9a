package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Transposed convolutions, which Keras 1 called deconvolutions. */
final class TransposedLayers {
    private TransposedLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            writers.put("Conv%dDTranspose".formatted(axes), LayerWriter.dropping(call -> write(call, count)));
        }
    }

    private static Value write(Call call, int axes) {
        LayerConfig config = call.config();
        Channels channels = Channels.of(call);
        Window window = Window.ofKernel(call, axes);
        call.refuse(window.padding().equals("causal"), "causal padding of a transposed convolution");
        Value x = channels.toFirst(call.ops(), call.real(axes + 2));
        long in = call.known(x, 1);
        long filters = config.count(1, "filters");
        Value kernel = new Kernel(call, axes).transposed(window, in, filters);
        List<Value> inputs = new ArrayList<>(List.of(x, kernel));
        Value bias = ConvolutionLayers.bias(call, filters);
        if (bias != null) {
            inputs.add(bias);
        }
        int[] more = config.has("output_padding") ? config.counts(axes, 0, "output_padding") : null;
        long[] pads = new long[2 * axes];
        long[] late = new long[axes];
        long[] dims = x.shape().dims();
        dims[1] = filters;
        for (int axis = 0; axis < axes; axis++) {
            // What comes out for one place, and what each place more adds, say all: the padding is the same for any
            // size.
            long free = window.reach(axis);
            long wanted = wanted(window, axis, more == null ? -1 : more[axis]);
            long cut = Math.max(0, free - wanted);
            pads[axis] = cut / 2;
            pads[axis + axes] = cut - cut / 2;
            late[axis] = Math.max(0, wanted - free);
            dims[axis + 2] = dims[axis + 2] < 0 ? -1 : (dims[axis + 2] - 1) * window.strides()[axis] + wanted;
        }
        Value y = call.ops()
                .graph()
                .node(
                        "ConvTranspose",
                        DType.FP32,
                        Shape.of(dims),
                        inputs,
                        Attribute.of("kernel_shape", Window.longs(window.size())),
                        Attribute.of("strides", Window.longs(window.strides())),
                        Attribute.of("dilations", Window.longs(window.dilations())),
                        Attribute.of("pads", pads),
                        Attribute.of("output_padding", late));
        return call.activated(channels.back(call.ops(), y));
    }

    /** The places that come out along an axis when one goes in. */
    private static long wanted(Window window, int axis, int more) {
        long reach = window.reach(axis);
        long stride = window.strides()[axis];
        boolean isSame = window.padding().equals("same");
        if (more < 0) {
            return isSame ? stride : stride + Math.max(reach - stride, 0);
        }
        return isSame ? reach - 2 * (reach / 2) + more : reach + more;
    }
}

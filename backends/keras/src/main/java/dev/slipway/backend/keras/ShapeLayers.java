package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.List;
import java.util.Map;

/** Layers that lay elements out anew. */
final class ShapeLayers {
    private ShapeLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("Flatten", LayerWriter.dropping(ShapeLayers::flatten));
        writers.put("Reshape", LayerWriter.dropping(ShapeLayers::reshape));
        writers.put("Permute", LayerWriter.dropping(ShapeLayers::permute));
        writers.put("RepeatVector", LayerWriter.dropping(ShapeLayers::repeat));
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            writers.put("ZeroPadding%dD".formatted(axes), LayerWriter.dropping(call -> pad(call, count)));
            writers.put("Cropping%dD".formatted(axes), LayerWriter.dropping(call -> crop(call, count)));
        }
    }

    private static Value flatten(Call call) {
        Ops ops = call.ops();
        Value x = call.input();
        boolean isTurned = call.dialect().major() > 1 && Channels.of(call).isFirst() && x.rank() > 2;
        Value y = isTurned ? ops.channelsLast(x) : x;
        long size = 1;
        for (int axis = 1; axis < y.rank(); axis++) {
            size = size < 0 || y.dim(axis) < 0 ? -1 : Math.multiplyExact(size, y.dim(axis));
        }
        return ops.reshape(y, new long[] {0, -1}, y.dim(0), size);
    }

    private static Value reshape(Call call) {
        Value x = call.input();
        int[] target = call.config().counts("target_shape", "dims");
        long[] onnx = new long[target.length + 1];
        long[] dims = new long[target.length + 1];
        dims[0] = x.dim(0);
        long all = 1;
        for (int axis = 1; axis < x.rank(); axis++) {
            all = all < 0 || x.dim(axis) < 0 ? -1 : Math.multiplyExact(all, x.dim(axis));
        }
        int open = -1;
        long known = 1;
        for (int i = 0; i < target.length; i++) {
            onnx[i + 1] = target[i];
            dims[i + 1] = target[i];
            if (target[i] < 0) {
                open = i + 1;
            } else {
                known = Math.multiplyExact(known, target[i]);
            }
        }
        if (open > 0 && all >= 0 && known > 0) {
            dims[open] = all / known;
        }
        if (all >= 0 && (open > 0 ? known == 0 || all % known != 0 : all != known)) {
            throw Faults.invalid(
                    "%s: %s as %s (expected: as many elements)",
                    call.config().subject(), x.shape(), java.util.Arrays.toString(target));
        }
        return call.ops().reshape(x, onnx, dims);
    }

    private static Value permute(Call call) {
        Value x = call.input();
        int[] said = call.config().counts("dims");
        int[] order = new int[said.length + 1];
        System.arraycopy(said, 0, order, 1, said.length);
        int[] sorted = order.clone();
        java.util.Arrays.sort(sorted);
        if (order.length != x.rank()
                || !java.util.Arrays.equals(
                        sorted, java.util.stream.IntStream.range(0, x.rank()).toArray())) {
            throw Faults.invalid(
                    "%s: axes %s of %s (expected: each axis once)",
                    call.config().subject(), java.util.Arrays.toString(said), x.shape());
        }
        return call.ops().transpose(x, order);
    }

    private static Value repeat(Call call) {
        Ops ops = call.ops();
        int times = call.config().count(1, "n");
        Value x = ops.unsqueeze(call.real(2), 1);
        return ops.graph()
                .node(
                        "Expand",
                        DType.FP32,
                        Shape.of(x.dim(0), times, x.dim(2)),
                        List.of(x, ops.graph().longs(1, times, 1)));
    }

    private static Value pad(Call call, int axes) {
        Value x = call.real(axes + 2);
        int first = Channels.of(call).isFirst() ? 2 : 1;
        int[][] pairs = call.config().pairs(axes, "padding");
        long[] before = new long[x.rank()];
        long[] after = new long[x.rank()];
        for (int axis = 0; axis < axes; axis++) {
            before[first + axis] = pairs[axis][0];
            after[first + axis] = pairs[axis][1];
        }
        return call.ops().pad(x, before, after, 0);
    }

    private static Value crop(Call call, int axes) {
        Value x = call.input();
        int first = Channels.of(call).isFirst() ? 2 : 1;
        int[][] pairs = call.config().pairs(axes, "cropping");
        for (int axis = 0; axis < axes; axis++) {
            int[] pair = pairs[axis];
            if (pair[0] > 0 || pair[1] > 0) {
                x = call.ops().slice(x, first + axis, pair[0], pair[1] == 0 ? Long.MAX_VALUE : -pair[1]);
            }
        }
        return x;
    }
}

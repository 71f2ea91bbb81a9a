package dev.slipway.backend.keras;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Pooling over windows, and over all places. */
final class PoolingLayers {
    private PoolingLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            both(writers, "MaxPool%dD", "MaxPooling%dD", axes, call -> pool(call, "MaxPool", count));
            both(writers, "AvgPool%dD", "AveragePooling%dD", axes, call -> pool(call, "AveragePool", count));
            both(writers, "GlobalMaxPool%dD", "GlobalMaxPooling%dD", axes, call -> all(call, "ReduceMax", count));
            both(writers, "GlobalAvgPool%dD", "GlobalAveragePooling%dD", axes, call -> all(call, "ReduceMean", count));
        }
    }

    private static void both(
            Map<String, LayerWriter> writers, String alias, String name, int axes, Function<Call, Value> writer) {
        writers.put(alias.formatted(axes), LayerWriter.dropping(writer));
        writers.put(name.formatted(axes), LayerWriter.dropping(writer));
    }

    private static Value pool(Call call, String op, int axes) {
        Channels channels = Channels.of(call);
        Window window = Window.ofPool(call, axes);
        Value x = channels.toFirst(call.ops(), call.real(axes + 2));
        Value y = call.ops()
                .graph()
                .node(
                        op,
                        x.dtype(),
                        window.out(x.shape(), x.dim(1)),
                        List.of(x),
                        window.attributes(x.shape()).toArray(Attribute[]::new));
        return channels.back(call.ops(), y);
    }

    private static Value all(Call call, String op, int axes) {
        Ops ops = call.ops();
        Value x = call.real(axes + 2);
        boolean isFirst = Channels.of(call).isFirst();
        boolean keep = call.config().flag(false, "keepdims");
        int[] places = new int[axes];
        for (int i = 0; i < axes; i++) {
            places[i] = i + (isFirst ? 2 : 1);
        }
        Value mask = call.input().mask();
        if (mask == null || axes != 1 || !op.equals("ReduceMean")) {
            return ops.reduce(op, x, keep, places);
        }
        Value counts = ops.unsqueeze(ops.real(mask), isFirst ? 1 : 2);
        return ops.div(
                ops.reduce("ReduceSum", ops.mul(x, counts), keep, places),
                ops.reduce("ReduceSum", counts, keep, places));
    }
}

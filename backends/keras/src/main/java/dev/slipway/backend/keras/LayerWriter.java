package dev.slipway.backend.keras;

import java.util.List;

/** Writes the layers of a class as ONNX nodes. */
@FunctionalInterface
interface LayerWriter {
    /**
     * @return the layer's outputs; their masks are what the layer hands on
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} or {@code UNIMPLEMENTED}, naming the layer
     */
    List<Value> write(Call call);

    /** Of a layer of one output that leaves masks alone: what it is called with has the output's mask, too. */
    static LayerWriter keeping(java.util.function.Function<Call, Value> writer) {
        return call -> List.of(writer.apply(call).masked(call.input().mask()));
    }

    /** Of a layer of one output behind which a mask has no meaning. */
    static LayerWriter dropping(java.util.function.Function<Call, Value> writer) {
        return call -> List.of(writer.apply(call).masked(null));
    }
}

package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.List;
import java.util.Map;

/** Dense and embedding layers, and those that do nothing once a model is trained. */
final class CoreLayers {
    private static final List<String> IDENTITIES = List.of(
            "Dropout",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "AlphaDropout",
            "GaussianDropout",
            "GaussianNoise",
            "ActivityRegularization",
            "Identity",
            "RandomFlip",
            "RandomRotation",
            "RandomTranslation",
            "RandomZoom",
            "RandomContrast",
            "RandomBrightness");

    private CoreLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        IDENTITIES.forEach(name -> writers.put(name, LayerWriter.keeping(Call::input)));
        writers.put("Dense", LayerWriter.keeping(CoreLayers::dense));
        writers.put("TimeDistributedDense", LayerWriter.keeping(CoreLayers::dense));
        writers.put("EinsumDense", LayerWriter.dropping(CoreLayers::einsum));
        writers.put("Embedding", call -> List.of(embedding(call)));
        writers.put("Masking", call -> List.of(masking(call)));
    }

    private static Value dense(Call call) {
        Value x = call.real(-1);
        LayerConfig config = call.config();
        call.refuse(config.get("lora_rank") != null, "a low-rank adapter (lora_rank)");
        long units = config.count(1, "units", "output_dim");
        Value y = call.ops().matmul(x, call.constant(call.weight("kernel", call.known(x, -1), units)));
        if (config.flag(true, "use_bias", "bias")) {
            y = call.ops().add(y, call.constant(call.weight("bias", units)));
        }
        return call.activated(y);
    }

    private static Value einsum(Call call) {
        Value x = call.real(-1);
        LayerConfig config = call.config();
        String equation = config.text("", "equation");
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (sides.length != 2 || terms.length != 2 || !equation.matches("[a-zA-Z]+,[a-zA-Z]+->[a-zA-Z]+")) {
            throw Faults.unimplemented(
                    "%s: equation '%s' (expected: one like 'abc,cd->abd', without '...')", config.subject(), equation);
        }
        long[] open = new long[terms[1].length()];
        java.util.Arrays.fill(open, -1);
        Value kernel = call.constant(call.weight("kernel", open));
        long[] dims = new long[sides[1].length()];
        for (int i = 0; i < dims.length; i++) {
            int inputPlace = terms[0].indexOf(sides[1].charAt(i));
            int kernelPlace = terms[1].indexOf(sides[1].charAt(i));
            dims[i] = kernelPlace >= 0
                    ? kernel.dim(kernelPlace)
                    : inputPlace >= 0 && inputPlace < x.rank() ? x.dim(inputPlace) : -1;
        }
        Value y = call.ops()
                .graph()
                .node("Einsum", DType.FP32, Shape.of(dims), List.of(x, kernel), Attribute.of("equation", equation));
        if (config.has("bias_axes")) {
            Weight bias = call.weights().next("bias");
            y = bias == null ? y : call.ops().add(y, call.constant(bias));
        }
        return call.activated(y);
    }

    private static Value embedding(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        call.refuse(config.get("lora_rank") != null, "a low-rank adapter (lora_rank)");
        Value ids = ops.cast(call.input(), DType.INT64);
        Weight weight = call.weight("embeddings", config.count(1, "input_dim"), config.count(1, "output_dim"));
        long[] dims = java.util.Arrays.copyOf(ids.shape().dims(), ids.rank() + 1);
        dims[ids.rank()] = weight.dims()[1];
        Value y = ops.graph().node("Gather", DType.FP32, Shape.of(dims), List.of(call.constant(weight), ids));
        return config.flag(false, "mask_zero")
                ? y.masked(ops.not(ops.compare("Equal", ids, ops.graph().number(0L))))
                : y;
    }

    private static Value masking(Call call) {
        Ops ops = call.ops();
        Value x = call.real(-1);
        Value skipped = ops.graph().number(call.config().number(0, "mask_value"));
        Value counts = ops.real(ops.not(ops.compare("Equal", x, skipped)));
        Value mask = ops.cast(ops.reduce("ReduceMax", counts, true, -1), DType.BOOL);
        return ops.mul(x, ops.real(mask)).masked(ops.squeeze(mask, -1));
    }
}

package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Convolutions in one to three dimensions: ordinary, for each channel, and separable. */
final class ConvolutionLayers {
    private ConvolutionLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            LayerWriter ordinary = LayerWriter.dropping(call -> ordinary(call, count));
            for (String name : List.of("Conv%dD", "Convolution%dD", "AtrousConvolution%dD")) {
                writers.put(name.formatted(axes), ordinary);
            }
            writers.put("DepthwiseConv%dD".formatted(axes), LayerWriter.dropping(call -> depthwise(call, count)));
            LayerWriter separable = LayerWriter.dropping(call -> separable(call, count));
            writers.put("SeparableConv%dD".formatted(axes), separable);
            writers.put("SeparableConvolution%dD".formatted(axes), separable);
        }
    }

    private static Value ordinary(Call call, int axes) {
        Value x = call.real(axes + 2);
        call.refuse(call.config().get("lora_rank") != null, "a low-rank adapter (lora_rank)");
        Channels channels = Channels.of(call);
        Window window = Window.ofKernel(call, axes);
        Value input = channels.toFirst(call.ops(), x);
        long in = call.known(input, 1);
        long filters = call.config().count(1, "filters", "nb_filter");
        long groups = call.config().countOr(1, "groups");
        if (groups < 1 || in % groups != 0 || filters % groups != 0) {
            throw Faults.invalid(
                    "%s: %d groups of %d channels and %d filters (expected: a number that divides both)",
                    call.config().subject(), groups, in, filters);
        }
        Value kernel = new Kernel(call, axes).convolution(window, in / groups, filters);
        Value y = convolve(call, input, kernel, bias(call, filters), window, groups);
        return call.activated(channels.back(call.ops(), y));
    }

    private static Value depthwise(Call call, int axes) {
        Value x = call.real(axes + 2);
        Channels channels = Channels.of(call);
        Window window = Window.ofKernel(call, axes);
        Value input = channels.toFirst(call.ops(), x);
        long in = call.known(input, 1);
        long many = call.config().countOr(1, "depth_multiplier");
        Value kernel = new Kernel(call, axes).depthwise(window, in, many);
        Value y = convolve(call, input, kernel, bias(call, in * many), window, in);
        return call.activated(channels.back(call.ops(), y));
    }

    private static Value separable(Call call, int axes) {
        Value x = call.real(axes + 2);
        Channels channels = Channels.of(call);
        Window window = Window.ofKernel(call, axes);
        Value input = channels.toFirst(call.ops(), x);
        long in = call.known(input, 1);
        long many = call.config().countOr(1, "depth_multiplier");
        long filters = call.config().count(1, "filters", "nb_filter");
        Value depthwise = new Kernel(call, axes).depthwise(window, in, many);
        Value middle = convolve(call, input, depthwise, null, window, in);
        long[] kernelDims = new long[axes + 2];
        java.util.Arrays.fill(kernelDims, 1);
        kernelDims[axes] = in * many;
        kernelDims[axes + 1] = filters;
        Weight pointwise = call.weight("pointwise_kernel", kernelDims);
        long[] dims = new long[axes + 2];
        java.util.Arrays.fill(dims, 1);
        dims[0] = filters;
        dims[1] = in * many;
        Value kernel = call.constant(
                pointwise,
                dims,
                "~pointwise",
                values ->
                        Numbers.transposed(values, new long[] {in * many, filters}, new int[] {1, 0}, new boolean[2]));
        int[] ones = new int[axes];
        java.util.Arrays.fill(ones, 1);
        Value y = convolve(call, middle, kernel, bias(call, filters), new Window(ones, ones, ones, "valid"), 1);
        return call.activated(channels.back(call.ops(), y));
    }

    static @Nullable Value bias(Call call, long size) {
        return call.config().flag(true, "use_bias", "bias") ? call.constant(call.weight("bias", size)) : null;
    }

    private static Value convolve(Call call, Value x, Value kernel, @Nullable Value bias, Window window, long groups) {
        List<Attribute> attributes = new ArrayList<>(window.attributes(x.shape()));
        attributes.add(Attribute.of("group", groups));
        return call.ops()
                .graph()
                .node(
                        "Conv",
                        DType.FP32,
                        window.out(x.shape(), kernel.dim(0)),
                        bias == null ? List.of(x, kernel) : List.of(x, kernel, bias),
                        attributes.toArray(Attribute[]::new));
    }
}

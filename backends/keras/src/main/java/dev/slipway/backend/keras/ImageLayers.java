package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.List;
import java.util.Map;

/** Layers that change the size of pictures. */
final class ImageLayers {
    private ImageLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            writers.put("UpSampling%dD".formatted(axes), LayerWriter.dropping(call -> upSampling(call, count)));
        }
        writers.put("Resizing", LayerWriter.dropping(ImageLayers::resizing));
        writers.put("CenterCrop", LayerWriter.dropping(ImageLayers::centerCrop));
    }

    private static Value upSampling(Call call, int axes) {
        Ops ops = call.ops();
        Value x = call.real(axes + 2);
        int[] times = call.config().counts(axes, axes == 1 ? call.config().countOr(2, "length") : 2, "size", "length");
        Channels channels = Channels.of(call);
        Value first = channels.toFirst(ops, x);
        long[] dims = first.shape().dims();
        float[] scales = new float[axes + 2];
        scales[0] = 1;
        scales[1] = 1;
        for (int axis = 0; axis < axes; axis++) {
            scales[axis + 2] = times[axis];
            dims[axis + 2] = dims[axis + 2] < 0 ? -1 : dims[axis + 2] * times[axis];
        }
        Value factor =
                ops.graph().floats("scales " + java.util.Arrays.toString(scales), new long[] {axes + 2}, () -> scales);
        String mode = call.config().text("nearest", "interpolation");
        Attribute[] how = switch (mode) {
            case "nearest" ->
                new Attribute[] {
                    Attribute.of("mode", "nearest"),
                    Attribute.of("coordinate_transformation_mode", "asymmetric"),
                    Attribute.of("nearest_mode", "floor")
                };
            case "bilinear" ->
                new Attribute[] {
                    Attribute.of("mode", "linear"), Attribute.of("coordinate_transformation_mode", "half_pixel")
                };
            default -> throw interpolation(call, mode);
        };
        String output = ops.graph().fresh("Resize");
        ops.graph().node("Resize", List.of(first.name(), "", factor.name()), List.of(output), how);
        return channels.back(ops, new Value(output, DType.FP32, Shape.of(dims)));
    }

    private static RuntimeException interpolation(Call call, String mode) {
        return Faults.unimplemented(
                "%s: interpolation '%s' (expected: nearest or bilinear)",
                call.config().subject(), mode);
    }

    private static Value resizing(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        for (String flag : List.of("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")) {
            call.refuse(config.flag(false, flag), flag);
        }
        int height = config.count(1, "height");
        int width = config.count(1, "width");
        Channels channels = Channels.of(call);
        Value x = channels.toFirst(ops, call.real(4));
        String mode = config.text("bilinear", "interpolation");
        if (!List.of("nearest", "bilinear").contains(mode)) {
            throw interpolation(call, mode);
        }
        Value sizes =
                ops.concat(List.of(ops.size(x, 0), ops.size(x, 1), ops.graph().longs(height, width)), 0);
        String output = ops.graph().fresh("Resize");
        ops.graph()
                .node(
                        "Resize",
                        List.of(x.name(), "", "", sizes.name()),
                        List.of(output),
                        Attribute.of("mode", mode.equals("nearest") ? "nearest" : "linear"),
                        Attribute.of("coordinate_transformation_mode", "half_pixel"),
                        Attribute.of("nearest_mode", "round_prefer_ceil"));
        return channels.back(ops, new Value(output, DType.FP32, Shape.of(x.dim(0), x.dim(1), height, width)));
    }

    private static Value centerCrop(Call call) {
        Value x = call.real(4);
        int first = Channels.of(call).isFirst() ? 2 : 1;
        int[] size = {call.config().count(1, "height"), call.config().count(1, "width")};
        for (int axis = 0; axis < 2; axis++) {
            long places = call.known(x, first + axis);
            call.refuse(places < size[axis], "cropping %d places to %d".formatted(places, size[axis]));
            long start = (places - size[axis]) / 2;
            x = call.ops().slice(x, first + axis, start, start + size[axis]);
        }
        return x;
    }
}

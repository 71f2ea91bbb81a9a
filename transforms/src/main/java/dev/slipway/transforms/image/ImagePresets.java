package dev.slipway.transforms.image;

import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.output.ArgMax;
import dev.slipway.transforms.output.Probabilities;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What usual networks for pictures were trained with. */
public final class ImagePresets {
    /** By the name that files say. */
    public static final Map<String, ImageInput> BY_NAME;

    /** What TensorFlow Serving's examples and their clients know: the probabilities, and the place of the largest. */
    public static final List<OutputSettings> OUTPUTS = List.of(
            new OutputSettings("probabilities", "", List.of(new Probabilities()), null),
            new OutputSettings("classes", "", List.of(new ArgMax()), null));

    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    static {
        ImageInput torchvision = ImageInput.DEFAULT;
        ImageInput keras = new ImageInput(
                torchvision.names(),
                new ImageInput.Sampling(Semantics.KERAS, null),
                torchvision.framing(),
                torchvision.pixels(),
                torchvision.limits());
        PixelForm pixels = PixelForm.DEFAULT;
        Map<String, ImageInput> presets = new LinkedHashMap<>();
        presets.put(
                "imagenet",
                torchvision.with(
                        Framing.DEFAULT.withResize(Resize.SHORTEST),
                        pixels.withNumbers(Double.NaN, IMAGENET_MEAN, IMAGENET_STD)));
        presets.put(
                "imagenet-keras-tf",
                keras.with(Framing.DEFAULT, pixels.withNumbers(1 / 127.5, List.of(1.0), List.of(1.0))));
        presets.put(
                "imagenet-keras-caffe",
                keras.with(
                        Framing.DEFAULT,
                        pixels.withNumbers(1, List.of(103.939, 116.779, 123.68), List.of(1.0))
                                .withChannels(PixelForm.Channels.BGR)));
        presets.put(
                "imagenet-keras-torch",
                keras.with(Framing.DEFAULT, pixels.withNumbers(1 / 255.0, IMAGENET_MEAN, IMAGENET_STD)));
        presets.put("imagenet-keras-raw", keras);
        BY_NAME = Collections.unmodifiableMap(presets);
    }

    private ImagePresets() {}
}

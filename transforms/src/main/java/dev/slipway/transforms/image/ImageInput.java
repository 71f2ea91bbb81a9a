package dev.slipway.transforms.image;

import dev.slipway.api.Signature;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.InputStep;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clients send pictures: JPEG, PNG, WebP or GIF files.
 *
 * @param names of what clients send and what the model takes
 * @param sampling how pixels are made of others
 * @param framing which part of a picture, at what size
 * @param pixels how they become numbers
 * @param limits what one picture may cost
 */
public record ImageInput(Names names, Sampling sampling, Framing framing, PixelForm pixels, ImageLimits limits)
        implements InputSettings {
    /** As {@code type} says it in files. */
    public static final String TYPE = "image";

    /** The whole picture, resized to the model's size as torchvision does it. */
    public static final ImageInput DEFAULT = new ImageInput(
            new Names(TYPE, ""),
            new Sampling(Semantics.TORCHVISION, null),
            Framing.DEFAULT,
            PixelForm.DEFAULT,
            ImageLimits.DEFAULT);

    /**
     * What the two ends are called.
     *
     * @param client the input that clients send; not empty
     * @param model the model's; empty for its only one, or the only one of four axes
     */
    public record Names(String client, String model) {
        public Names {
            if (client.isEmpty()) {
                throw new IllegalArgumentException("name: empty (expected: at least one character)");
            }
        }
    }

    /**
     * How pixels are made of others.
     *
     * @param semantics whose way of doing it
     * @param interpolation null for what the semantics do by default
     */
    public record Sampling(Semantics semantics, @Nullable Interpolation interpolation) {
        public Sampling {
            boolean isPillow = semantics != Semantics.TENSORFLOW;
            boolean isKnown = interpolation == null
                    || interpolation == Interpolation.NEAREST
                    || interpolation == Interpolation.BILINEAR;
            if (!isPillow && !isKnown) {
                throw new IllegalArgumentException(
                        "interpolation: %s (expected: nearest or bilinear with the semantics of tensorflow)"
                                .formatted(interpolation));
            }
        }

        Interpolation used() {
            return interpolation == null ? semantics.interpolation() : interpolation;
        }
    }

    @Override
    public InputStep open(ChainFiles files, Signature model) {
        return ImageStep.of(this, model);
    }

    /** The same with the numbers of another recipe. */
    public ImageInput with(Framing changedFraming, PixelForm changedPixels) {
        return new ImageInput(names, sampling, changedFraming, changedPixels, limits);
    }

    @Override
    public Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("type", TYPE);
        put(keys, "name", names.client(), DEFAULT.names().client());
        put(keys, "tensor", names.model(), DEFAULT.names().model());
        put(keys, "semantics", word(sampling.semantics()), word(Semantics.TORCHVISION));
        if (sampling.interpolation() != null) {
            keys.put("interpolation", word(sampling.interpolation()));
        }
        if (framing.height() > 0) {
            keys.put("size", List.of(framing.height(), framing.width()));
        }
        put(keys, "resize", framing.resize().written(), Resize.EXACT.written());
        put(keys, "crop", word(framing.crop()), word(Framing.Crop.CENTER));
        put(keys, "pad", framing.pad(), Framing.DEFAULT.pad());
        put(keys, "exif", framing.isUpright(), true);
        writePixels(keys);
        put(keys, "max_pixels", limits.pixelsMax(), ImageLimits.DEFAULT.pixelsMax());
        put(keys, "max_bytes", limits.bytesMax(), ImageLimits.DEFAULT.bytesMax());
        put(
                keys,
                "max_time",
                limits.timeMax().toNanos() + "ns",
                ImageLimits.DEFAULT.timeMax().toNanos() + "ns");
        return keys;
    }

    private void writePixels(Map<String, Object> keys) {
        if (!Double.isNaN(pixels.scale())) {
            keys.put("scale", BigDecimal.valueOf(pixels.scale()));
        }
        put(keys, "mean", decimals(pixels.mean()), decimals(PixelForm.DEFAULT.mean()));
        put(keys, "std", decimals(pixels.std()), decimals(PixelForm.DEFAULT.std()));
        if (pixels.channels() != null) {
            keys.put(
                    "channels",
                    pixels.channels() == PixelForm.Channels.GRAY
                            ? "gray"
                            : pixels.channels().name());
        }
        if (pixels.layout() != null) {
            keys.put("layout", pixels.layout().name());
        }
    }

    private static List<BigDecimal> decimals(List<Double> numbers) {
        return numbers.stream().map(BigDecimal::valueOf).toList();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void put(Map<String, Object> keys, String key, Object value, Object byDefault) {
        if (!value.equals(byDefault)) {
            keys.put(key, value);
        }
    }
}

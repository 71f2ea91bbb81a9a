package dev.slipway.server.config;

import dev.slipway.transforms.image.Framing;
import dev.slipway.transforms.image.ImageInput;
import dev.slipway.transforms.image.ImageLimits;
import dev.slipway.transforms.image.ImagePresets;
import dev.slipway.transforms.image.Interpolation;
import dev.slipway.transforms.image.PixelForm;
import dev.slipway.transforms.image.Resize;
import dev.slipway.transforms.image.Semantics;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of the pictures that a model is sent. */
final class ImageReader {
    private static final String RESIZE = "exact, shortest, shortest 256, fit, none, or [height, width]";
    private static final Pattern SHORTEST = Pattern.compile("shortest ([1-9][0-9]{0,5})");
    private static final Map<String, Resize> RESIZES =
            Map.of("exact", Resize.EXACT, "shortest", Resize.SHORTEST, "fit", Resize.FIT, "none", Resize.NONE);

    private final Section image;
    private final ImageInput byDefault;

    ImageReader(Section image) {
        this.image = image;
        this.byDefault = image.choice("preset", ImagePresets.BY_NAME, ImageInput.DEFAULT);
    }

    ImageInput read() {
        Framing framing = framing(byDefault.framing());
        PixelForm pixels = pixels(normalized(byDefault.pixels()));
        ImageLimits limits = limits(byDefault.limits());
        return new ImageInput(names(byDefault.names()), sampling(byDefault.sampling()), framing, pixels, limits);
    }

    private ImageInput.Names names(ImageInput.Names was) {
        String client = image.text("name", was.client());
        return new ImageInput.Names(client.isEmpty() ? was.client() : client, image.text("tensor", was.model()));
    }

    private ImageInput.Sampling sampling(ImageInput.Sampling was) {
        Semantics semantics = image.choice("semantics", words(Semantics.values()), was.semantics());
        Interpolation interpolation = image.get("interpolation") == null
                ? was.interpolation()
                : image.choice("interpolation", words(Interpolation.values()), Interpolation.BILINEAR);
        try {
            return new ImageInput.Sampling(semantics, interpolation);
        } catch (IllegalArgumentException e) {
            wrong("interpolation", "nearest or bilinear, with the semantics of tensorflow");
            return new ImageInput.Sampling(semantics, null);
        }
    }

    private Framing framing(Framing was) {
        int[] size = sides("size", new int[] {was.height(), was.width()}, "a side such as 224, or [height, width]");
        List<Integer> pad = numbers("pad").stream().map(Double::intValue).toList();
        return new Framing(
                size[0],
                size[1],
                resize(was.resize()),
                image.choice("crop", words(Framing.Crop.values()), was.crop()),
                pad.isEmpty() || !pad.stream().allMatch(colour -> colour >= 0 && colour <= 255) ? was.pad() : pad,
                image.truth("exif", was.isUpright()));
    }

    private Resize resize(Resize was) {
        YamlValue found = image.get("resize");
        if (found == null) {
            return was;
        }
        if (found.isList()) {
            int[] sides = sides("resize", new int[] {1, 1}, RESIZE);
            return Resize.to(sides[0], sides[1]);
        }
        String text = found.content() instanceof String said ? said : "";
        Matcher matcher = SHORTEST.matcher(text);
        int side = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        Resize known = RESIZES.get(text);
        if (known == null && (side == 0 || side > Framing.SIDE_MAX)) {
            image.faults().wrong(found, RESIZE);
            return was;
        }
        return known == null ? Resize.shortest(side) : known;
    }

    /** One number for both sides, or height and width. */
    private int[] sides(String key, int[] were, String expected) {
        YamlValue found = image.get(key);
        if (found == null) {
            return were;
        }
        List<YamlValue> items = found.isList() ? found.list() : List.of(found, found);
        List<Long> sides = new ArrayList<>();
        for (YamlValue item : items) {
            Section.whole(item, 1, Framing.SIDE_MAX).ifPresent(sides::add);
        }
        if (sides.size() != 2 || items.size() != 2) {
            image.faults().wrong(found, expected);
            return were;
        }
        return new int[] {sides.get(0).intValue(), sides.get(1).intValue()};
    }

    /** What Keras' {@code preprocess_input} calls its modes. */
    private PixelForm normalized(PixelForm was) {
        Map<String, PixelForm> modes = new LinkedHashMap<>();
        for (String mode : List.of("tf", "caffe", "torch")) {
            ImageInput preset = ImagePresets.BY_NAME.get("imagenet-keras-" + mode);
            if (preset != null) {
                modes.put(mode, preset.pixels());
            }
        }
        return image.choice("normalize", modes, was);
    }

    private PixelForm pixels(PixelForm was) {
        List<Double> mean = numbers("mean");
        List<Double> std = numbers("std");
        if (std.contains(0.0)) {
            wrong("std", "numbers other than 0");
            std = List.of();
        }
        Map<String, PixelForm.Channels> channels = new LinkedHashMap<>();
        channels.put("RGB", PixelForm.Channels.RGB);
        channels.put("BGR", PixelForm.Channels.BGR);
        channels.put("gray", PixelForm.Channels.GRAY);
        return new PixelForm(
                image.number("scale", Double.MAX_VALUE, was.scale()),
                mean.isEmpty() ? was.mean() : mean,
                std.isEmpty() ? was.std() : std,
                said("channels", key -> image.choice(key, channels, PixelForm.Channels.RGB), was.channels()),
                said(
                        "layout",
                        key -> image.choice(
                                key,
                                Map.of("NCHW", PixelForm.Layout.NCHW, "NHWC", PixelForm.Layout.NHWC),
                                PixelForm.Layout.NCHW),
                        was.layout()));
    }

    private <T> @Nullable T said(String key, Function<String, T> reader, @Nullable T was) {
        return image.get(key) == null ? was : reader.apply(key);
    }

    /** One number, or a list of them; empty when it is not there. */
    private List<Double> numbers(String key) {
        YamlValue found = image.get(key);
        if (found == null) {
            return List.of();
        }
        List<Double> numbers = new ArrayList<>();
        for (YamlValue item : found.isList() ? found.list() : List.of(found)) {
            Optional.ofNullable(item.content() instanceof BigDecimal number ? number.doubleValue() : null)
                    .filter(Double::isFinite)
                    .ifPresentOrElse(numbers::add, () -> wrong(key, "a number, or one a channel"));
        }
        return numbers;
    }

    private ImageLimits limits(ImageLimits was) {
        Duration time = image.time("max_time", was.timeMax());
        long bytes = image.size("max_bytes", was.bytesMax());
        try {
            return new ImageLimits(image.whole("max_pixels", 1, (int) was.pixelsMax()), bytes, time);
        } catch (IllegalArgumentException e) {
            wrong(time.isZero() ? "max_time" : bytes != was.bytesMax() ? "max_bytes" : "max_pixels", e.getMessage());
            return was;
        }
    }

    private void wrong(String key, @Nullable String expected) {
        YamlValue place = image.get(key);
        if (place != null) {
            image.faults().wrong(place, String.valueOf(expected));
        }
    }

    private static <T extends Enum<T>> Map<String, T> words(T[] values) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T value : values) {
            words.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return words;
    }
}

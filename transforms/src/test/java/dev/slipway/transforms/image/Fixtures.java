package dev.slipway.transforms.image;

import dev.slipway.api.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Pictures, and what others made of them: {@code make.py} beside them says how. */
final class Fixtures {
    static final Deadline LATER = new Deadline(Long.MAX_VALUE / 2);

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream("/images/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String[]> table(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(","))
                .toList();
    }

    static float[] floats(String name) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
        float[] numbers = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(numbers);
        return numbers;
    }

    static Decoder decoder() {
        return decoder(ImageLimits.DEFAULT);
    }

    static Decoder decoder(ImageLimits limits) {
        return new Decoder(limits, true, () -> 0, new PixelBudget(1 << 28));
    }

    static ImageLimits limits(long pixels, long bytes, Duration time) {
        return new ImageLimits(pixels, bytes, time);
    }

    static Picture decode(byte[] file) {
        return decoder().decode("image 0", file, LATER, picture -> picture);
    }

    static Picture picture(String name) {
        return decode(bytes(name));
    }

    /** Red, green and blue of every pixel. */
    static int[] rgb(Picture picture) {
        int[] rgb = new int[picture.width() * picture.height() * 3];
        for (int i = 0; i < rgb.length; i++) {
            int channel = i % 3;
            int band = picture.bands() == 1 ? 0 : picture.isBgr() ? 2 - channel : channel;
            rgb[i] = picture.pixels()[i / 3 * picture.bands() + band] & 0xff;
        }
        return rgb;
    }
}

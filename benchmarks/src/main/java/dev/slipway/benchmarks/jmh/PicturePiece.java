package dev.slipway.benchmarks.jmh;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputStep;
import dev.slipway.transforms.image.ImagePresets;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A JPEG to the 3 x 224 x 224 numbers that ImageNet's networks take: decode, resize, crop, normalize. The ordinary way is Java's
 * ImageIO and Graphics2D, whose resize is not antialiased: it answers other numbers, sooner or later.
 */
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class PicturePiece extends Piece {
    private static final int SIDE = 224;
    private static final int SHORTEST = 256;
    private static final int CHANNELS = 3;
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    /** Width of the picture, in pixels; its height is three quarters of that. */
    @Param({"500", "1920"})
    public int width;

    private byte[] jpeg;
    private Map<String, Tensor> request;
    private InputStep step;

    @Setup
    public void build() throws IOException {
        jpeg = jpeg(width, width * 3 / 4);
        ByteBuffer element = ByteBuffer.allocate(Integer.BYTES + jpeg.length).order(ByteOrder.LITTLE_ENDIAN);
        request = Map.of(
                "image",
                new Tensor(
                        DType.STRING,
                        Shape.of(1),
                        element.putInt(jpeg.length).put(jpeg).flip()));
        step = Objects.requireNonNull(ImagePresets.BY_NAME.get("imagenet"))
                .open(
                        new ChainFiles(null),
                        new Signature(
                                Signature.DEFAULT,
                                List.of(new TensorSpec("x", DType.FP32, Shape.of(-1, CHANNELS, SIDE, SIDE))),
                                List.of(new TensorSpec("y", DType.FP32, Shape.of(-1, 1000)))));
    }

    @TearDown
    public void close() {
        step.close();
    }

    /** A picture with edges and shades, as photographs have them. */
    private static byte[] jpeg(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double wave = Math.sin(x * 0.05) * Math.cos(y * 0.031) + Math.sin((x * y) * 0.00031);
                int red = (int) (127 + 60 * wave);
                int green = 255 * x / width;
                int blue = (x / 17 + y / 23) % 2 == 0 ? 40 : 215;
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    @Benchmark
    public Map<String, Tensor> decode() {
        return step.apply(request, Deadline.after(Duration.ofMinutes(1), System.nanoTime()));
    }

    @Benchmark
    public ByteBuffer decodeBaseline() throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
        int shortest = Math.min(image.getWidth(), image.getHeight());
        int wide = image.getWidth() * SHORTEST / shortest;
        int high = image.getHeight() * SHORTEST / shortest;
        BufferedImage small = new BufferedImage(wide, high, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, wide, high, null);
        graphics.dispose();
        ByteBuffer numbers =
                ByteBuffer.allocate(CHANNELS * SIDE * SIDE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int pixel = small.getRGB((wide - SIDE) / 2 + x, (high - SIDE) / 2 + y);
                    int value = (pixel >> (16 - 8 * channel)) & 0xff;
                    numbers.putFloat((value / 255f - MEAN[channel]) / DEVIATION[channel]);
                }
            }
        }
        return numbers.flip();
    }
}

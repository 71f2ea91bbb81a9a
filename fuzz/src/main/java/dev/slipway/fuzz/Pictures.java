package dev.slipway.fuzz;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputStep;
import dev.slipway.transforms.image.ImageInput;
import dev.slipway.transforms.image.ImageLimits;
import dev.slipway.transforms.image.ImagePresets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Decodes a picture for a small network. */
final class Pictures {
    /** A picture may take what its pixels take: with these few it stays below what any input may. */
    private static final ImageLimits LIMITS = new ImageLimits(250_000, 1 << 20, Duration.ofSeconds(5));

    private static final InputStep STEP = step(Objects.requireNonNull(ImagePresets.BY_NAME.get("imagenet")));

    private Pictures() {}

    private static InputStep step(ImageInput preset) {
        return new ImageInput(preset.names(), preset.sampling(), preset.framing(), preset.pixels(), LIMITS)
                .open(
                        new ChainFiles(null),
                        new Signature(
                                Signature.DEFAULT,
                                List.of(new TensorSpec("x", DType.FP32, Shape.of(-1, 3, 32, 32))),
                                List.of(new TensorSpec("y", DType.FP32, Shape.of(-1, 10)))));
    }

    static void decode(ByteBuffer bytes) {
        ByteBuffer element = ByteBuffer.allocate(Integer.BYTES + bytes.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.remaining())
                .put(bytes)
                .flip();
        Tensor picture = new Tensor(DType.STRING, Shape.of(1), element);
        STEP.apply(Map.of("image", picture), Deadline.after(Duration.ofSeconds(5), System.nanoTime()));
    }
}

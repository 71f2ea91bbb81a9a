package dev.slipway.transforms.image;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.InputStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Makes a model's numbers of pictures. */
final class ImageStep implements InputStep {
    /** What the pictures of one request may become. */
    private static final long TENSOR_BYTES_MAX = 256L << 20;

    /** Larger ones are not kept between pictures. */
    private static final int KEPT_NUMBERS_MAX = 1 << 20;

    /** Of one thread, the numbers of the picture before. */
    private static final ThreadLocal<float[]> KEPT = new ThreadLocal<>();

    private final ImageInput settings;
    private final ModelPicture taken;
    private final Decoder decoder;
    private final Resampler resampler;
    private final HalfPixels halfPixels;
    private final PixelWriter writer;

    private ImageStep(ImageInput settings, ModelPicture taken, LongSupplier nanoClock) {
        Interpolation interpolation = settings.sampling().used();
        this.settings = settings;
        this.taken = taken;
        this.decoder = new Decoder(settings.limits(), settings.framing().isUpright(), nanoClock, PixelBudget.SHARED);
        this.resampler = new Resampler(interpolation);
        this.halfPixels = new HalfPixels(interpolation);
        this.writer = new PixelWriter(
                taken,
                scale(settings, taken.dtype()),
                settings.pixels(),
                taken.perChannel("pad", settings.framing().pad()));
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the settings do not fit the model */
    static ImageStep of(ImageInput settings, Signature model) {
        ModelPicture taken = ModelPicture.of(settings, model);
        long bytes = taken.numbers() * taken.dtype().byteSize();
        if (bytes > TENSOR_BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "input: one picture takes %d bytes (expected: at most %d)".formatted(bytes, TENSOR_BYTES_MAX));
        }
        List<TensorSpec> others = model.inputs().stream()
                .filter(spec -> !spec.name().equals(taken.tensor()) && !spec.optional())
                .toList();
        if (!others.isEmpty()) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "input: the model also needs '%s' (expected: no input beside the picture)"
                            .formatted(others.get(0).name()));
        }
        return new ImageStep(settings, taken, System::nanoTime);
    }

    /** Whole numbers are mostly meant to be the pixels themselves. */
    private static double scale(ImageInput settings, DType dtype) {
        double said = settings.pixels().scale();
        return Double.isNaN(said)
                ? dtype.isFloat() ? settings.sampling().semantics().scale() : 1
                : said;
    }

    @Override
    public List<TensorSpec> inputs() {
        return List.of(new TensorSpec(settings.names().client(), DType.STRING, Shape.of(taken.rows())));
    }

    @Override
    public Map<String, Tensor> apply(Map<String, Tensor> inputs, Deadline deadline) {
        String name = settings.names().client();
        Tensor files = inputs.get(name);
        if (files == null) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "missing input '%s'".formatted(name));
        }
        long rows = files.elementCount();
        long rowBytes = taken.numbers() * taken.dtype().byteSize();
        if (rows > TENSOR_BYTES_MAX / rowBytes) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s: %d pictures (expected: at most %d at once)"
                            .formatted(name, rows, TENSOR_BYTES_MAX / rowBytes));
        }
        ByteBuffer into = ByteBuffer.allocateDirect((int) (rows * rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer from = files.data();
        for (int row = 0; row < rows; row++) {
            String subject = "%s %d".formatted(name, row);
            decoder.decode(subject, next(subject, from), deadline, picture -> {
                write(picture, into);
                return subject;
            });
        }
        return Map.of(taken.tensor(), new Tensor(taken.dtype(), taken.shape((int) rows), into.flip()));
    }

    private byte[] next(String subject, ByteBuffer from) {
        long length = from.remaining() < Integer.BYTES ? -1 : from.getInt() & 0xffffffffL;
        if (length < 0 || length > from.remaining()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s: a length of %d bytes, of which there are %d".formatted(subject, length, from.remaining()));
        }
        // A third more where they are base64, and as much again for line breaks and such.
        if (length / 2 > settings.limits().bytesMax()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s: %d bytes (expected: at most %d)"
                            .formatted(subject, length, settings.limits().bytesMax()));
        }
        byte[] file = new byte[(int) length];
        from.get(file);
        return file;
    }

    private void write(Picture decoded, ByteBuffer into) {
        Picture picture = taken.channels() == PixelForm.Channels.GRAY ? decoded.gray() : decoded;
        Window window = Window.of(picture, settings.framing(), taken.size());
        float[] numbers = numbers();
        if (settings.sampling().semantics() == Semantics.TENSORFLOW) {
            writer.write(halfPixels.resize(picture, window), picture, window, numbers);
        } else {
            writer.write(resampler.resize(picture, window), window, numbers);
        }
        PixelNumbers.write(numbers, taken.dtype(), into);
    }

    private float[] numbers() {
        int count = (int) taken.numbers();
        if (count > KEPT_NUMBERS_MAX) {
            return new float[count];
        }
        float[] numbers = KEPT.get();
        if (numbers == null || numbers.length != count) {
            numbers = new float[count];
            KEPT.set(numbers);
        }
        return numbers;
    }

    /** Nothing is held beside the heap. */
    @Override
    public void close() {}
}

package dev.slipway.transforms.image;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import java.util.List;

/**
 * What a model takes of a picture.
 *
 * @param tensor the model's input
 * @param dtype of its numbers
 * @param rows the only number of pictures that it takes at once; -1 for any
 */
record ModelPicture(
        String tensor, DType dtype, long rows, PixelForm.Channels channels, PixelForm.Layout layout, Window.Size size) {
    private static final int RANK = 4;

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the settings do not fit the model */
    static ModelPicture of(ImageInput settings, Signature model) {
        TensorSpec input = input(settings.names().model(), model);
        Shape shape = input.shape();
        if (shape.isAnyRank() || shape.rank() != RANK) {
            throw unfit("the model's input '%s' has shape %s (expected: four axes, such as [any, 3, 224, 224])"
                    .formatted(input.name(), shape));
        }
        if (!PixelNumbers.canWrite(input.dtype())) {
            throw unfit("the model's input '%s' has dtype %s (expected: floats, or whole numbers of at least 8 bits)"
                    .formatted(input.name(), input.dtype()));
        }
        PixelForm.Layout layout = layout(settings, input);
        int channelAxis = layout == PixelForm.Layout.NCHW ? 1 : 3;
        int heightAxis = layout == PixelForm.Layout.NCHW ? 2 : 1;
        PixelForm.Channels channels = channels(settings, input, shape.dim(channelAxis));
        int height = side(settings.framing().height(), input, heightAxis);
        int width = side(settings.framing().width(), input, heightAxis + 1);
        return new ModelPicture(
                input.name(), input.dtype(), shape.dim(0), channels, layout, new Window.Size(width, height));
    }

    private static TensorSpec input(String named, Signature model) {
        if (!named.isEmpty()) {
            return model.input(named)
                    .orElseThrow(() ->
                            unfit("tensor: the model has no input '%s' (expected: %s)".formatted(named, names(model))));
        }
        List<TensorSpec> all = model.inputs();
        List<TensorSpec> pictures = all.size() == 1
                ? all
                : all.stream()
                        .filter(spec ->
                                !spec.shape().isAnyRank() && spec.shape().rank() == RANK)
                        .toList();
        if (pictures.size() != 1) {
            throw unfit("tensor: nothing says which of the model's inputs is the picture (expected: one of %s)"
                    .formatted(names(model)));
        }
        return pictures.get(0);
    }

    private static List<String> names(Signature model) {
        return model.inputs().stream().map(TensorSpec::name).toList();
    }

    private static PixelForm.Layout layout(ImageInput settings, TensorSpec input) {
        PixelForm.Layout said = settings.pixels().layout();
        if (said != null) {
            return said;
        }
        boolean isFirst = isChannels(input.shape().dim(1));
        boolean isLast = isChannels(input.shape().dim(3));
        if (isFirst == isLast) {
            throw unfit("layout: the shape %s of the model's input '%s' does not tell it (expected: NCHW or NHWC)"
                    .formatted(input.shape(), input.name()));
        }
        return isFirst ? PixelForm.Layout.NCHW : PixelForm.Layout.NHWC;
    }

    private static boolean isChannels(long size) {
        return size == 1 || size == 3;
    }

    private static PixelForm.Channels channels(ImageInput settings, TensorSpec input, long count) {
        PixelForm.Channels said = settings.pixels().channels();
        PixelForm.Channels channels =
                said == null ? count == 1 ? PixelForm.Channels.GRAY : PixelForm.Channels.RGB : said;
        if (count >= 0 && count != channels.count()) {
            throw unfit("channels: the model's input '%s' of shape %s has %d (expected: %d, for %s)"
                    .formatted(input.name(), input.shape(), count, channels.count(), channels));
        }
        return channels;
    }

    private static int side(int said, TensorSpec input, int axis) {
        long size = input.shape().dim(axis);
        if (said == 0 && size < 1) {
            throw unfit("size: the shape %s of the model's input '%s' does not tell it (expected: such as 224)"
                    .formatted(input.shape(), input.name()));
        }
        if (size > Framing.SIDE_MAX || (said > 0 && size >= 0 && size != said)) {
            throw unfit("size: %d does not fit the model's input '%s' of shape %s"
                    .formatted(said > 0 ? said : size, input.name(), input.shape()));
        }
        return said > 0 ? said : (int) size;
    }

    int width() {
        return size.width();
    }

    int height() {
        return size.height();
    }

    /** Numbers of one picture. */
    long numbers() {
        return (long) width() * height() * channels.count();
    }

    /** The shape of several. */
    Shape shape(int pictures) {
        return layout == PixelForm.Layout.NCHW
                ? Shape.of(pictures, channels.count(), height(), width())
                : Shape.of(pictures, height(), width(), channels.count());
    }

    /** Where a number lies among those of its picture. */
    int place(int channel, int y, int x) {
        return layout == PixelForm.Layout.NCHW
                ? (channel * height() + y) * width() + x
                : (y * width() + x) * channels.count() + channel;
    }

    /** From one pixel to the next. */
    int pixelStep() {
        return layout == PixelForm.Layout.NCHW ? 1 : channels.count();
    }

    /** One number for each channel, of one for all or one each. */
    float[] perChannel(String key, List<? extends Number> said) {
        int count = channels.count();
        if (said.size() != 1 && said.size() != count) {
            throw unfit("%s: %s (expected: one number, or %d)".formatted(key, said, count));
        }
        float[] numbers = new float[count];
        for (int channel = 0; channel < count; channel++) {
            numbers[channel] = said.get(said.size() == 1 ? 0 : channel).floatValue();
        }
        return numbers;
    }

    private static SlipwayException unfit(String message) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "input: " + message);
    }
}

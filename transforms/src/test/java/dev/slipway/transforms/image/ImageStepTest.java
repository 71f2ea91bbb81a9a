package dev.slipway.transforms.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageStepTest {
    @ParameterizedTest
    @CsvSource({
        "torchvision-landscape.f32, pattern.png",
        "torchvision-portrait.f32, portrait.png",
        "torchvision-small.f32, small.png"
    })
    void isTorchvisionsRecipeBitByBit(String expected, String file) {
        ImageInput imagenet = preset("imagenet");
        ImageInput settings = imagenet.with(Framing.DEFAULT.withResize(Resize.shortest(32)), imagenet.pixels());
        assertThat(run(settings, Shape.of(-1, 3, 28, 28), file)).isEqualTo(Fixtures.floats(expected));
    }

    @Test
    void aPictureSmallerThanTheCropIsPaddedAsTorchvisionDoesIt() {
        ImageInput settings =
                ImageInput.DEFAULT.with(Framing.DEFAULT.withResize(Resize.NONE), ImageInput.DEFAULT.pixels());
        assertThat(run(settings, Shape.of(-1, 3, 60, 60), "pattern.png"))
                .isEqualTo(Fixtures.floats("torchvision-padded.f32"));
    }

    @ParameterizedTest
    @CsvSource({"20, 15", "100, 90"})
    void isTensorFlowsBilinearResizeBitByBit(int width, int height) {
        ImageInput settings = new ImageInput(
                ImageInput.DEFAULT.names(),
                new ImageInput.Sampling(Semantics.TENSORFLOW, null),
                Framing.DEFAULT,
                PixelForm.DEFAULT,
                ImageLimits.DEFAULT);
        assertThat(run(settings, Shape.of(-1, 3, height, width), "pattern.png"))
                .isEqualTo(Fixtures.floats("tensorflow-%dx%d.f32".formatted(width, height)));
    }

    @ParameterizedTest
    @CsvSource({"imagenet-keras-caffe, keras-caffe.f32", "imagenet-keras-tf, keras-tf.f32"})
    void isKerasLoadingAndPreprocessing(String preset, String expected) {
        assertThat(run(preset(preset), Shape.of(-1, 3, 15, 20), "pattern.png")).isEqualTo(Fixtures.floats(expected));
    }

    @Test
    void channelsLastIsTheSameInAnotherOrder() {
        float[] first = run(preset("imagenet"), Shape.of(-1, 3, 28, 28), "pattern.png");
        float[] last = run(preset("imagenet"), Shape.of(-1, 28, 28, 3), "pattern.png");
        for (int i = 0; i < first.length; i++) {
            assertThat(last[i % (28 * 28) * 3 + i / (28 * 28)]).isEqualTo(first[i]);
        }
    }

    @Test
    void aModelOfOneChannelGetsGrayAsPillowMakesIt() {
        ImageStep step = ImageStep.of(ImageInput.DEFAULT, model(DType.UINT8, Shape.of(1, 1, 15, 20)));
        Tensor made = made(step, "pattern.png");
        byte[] bytes = new byte[made.byteCount()];
        made.data().get(bytes);
        assertThat(bytes).isEqualTo(Fixtures.bytes("gray.u8"));
        assertThat(made.shape()).isEqualTo(Shape.of(1, 1, 15, 20));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 15360", "-2, -16384", "65504, 31743", "65520, 31744", "1e-8, 0", "6e-8, 1", "0.1, 11878"})
    void halvesAreRoundedToTheNearest(float number, short expected) {
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        PixelNumbers.write(new float[] {number}, DType.FP16, bytes);
        assertThat(bytes.getShort(0)).isEqualTo(expected);
    }

    @Test
    void wholeNumbersAreRoundedAndKeptInTheirRange() {
        ByteBuffer bytes = ByteBuffer.allocate(5);
        PixelNumbers.write(new float[] {-1, 0.5f, 1.5f, 254.6f, 300}, DType.UINT8, bytes);
        assertThat(bytes.array()).containsExactly(0, 0, 2, 255, 255);
        bytes.clear();
        PixelNumbers.write(new float[] {-200, -0.5f, 1.5f, 126.6f, 300}, DType.INT8, bytes);
        assertThat(bytes.array()).containsExactly(-128, 0, 2, 127, 127);
    }

    @Test
    void everyRowIsOnePicture() {
        ImageStep step = ImageStep.of(ImageInput.DEFAULT, model(DType.FP32, Shape.of(-1, 3, 8, 8)));
        Tensor both = made(step, "pattern.png", "rgb.jpg");
        assertThat(both.shape()).isEqualTo(Shape.of(2, 3, 8, 8));
        assertThat(Arrays.copyOfRange(floats(both), 192, 384)).isEqualTo(floats(made(step, "rgb.jpg")));
        assertThat(made(step).shape()).isEqualTo(Shape.of(0, 3, 8, 8));
        assertThatThrownBy(() -> made(step, "pattern.png", "resize.txt"))
                .hasMessageStartingWith("image 1: not a JPEG, PNG, WebP or GIF (first bytes: 6e 65 61 72)");
    }

    @Test
    void aTensorThatEndsWithinAPictureIsRefused() {
        ImageStep step = ImageStep.of(ImageInput.DEFAULT, model(DType.FP32, Shape.of(-1, 3, 8, 8)));
        ByteBuffer data = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 3);
        Tensor cut = new Tensor(DType.STRING, Shape.of(1), data);
        assertThatThrownBy(() -> step.apply(Map.of("image", cut), Fixtures.LATER))
                .hasMessage("image 0: a length of 3 bytes, of which there are 2");
        Tensor many = new Tensor(DType.STRING, Shape.of(1L << 40), ByteBuffer.allocate(0));
        assertThatThrownBy(() -> step.apply(Map.of("image", many), Fixtures.LATER))
                .hasMessageContaining("pictures (expected: at most 349525 at once)");
    }

    @Test
    void aModelOfOneRowTakesOnePicture() {
        ImageStep step = ImageStep.of(ImageInput.DEFAULT, model(DType.FP32, Shape.of(1, 3, 8, 8)));
        assertThat(step.inputs()).containsExactly(new TensorSpec("image", DType.STRING, Shape.of(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1,3,-1,-1 | size: the shape [any, 3, any, any] of the model's input 'x' does not tell it",
                "-1,8,8,8 | layout: the shape [any, 8, 8, 8] of the model's input 'x' does not tell it",
                "-1,3,8,3 | layout: the shape",
                "-1,100 | the model's input 'x' has shape [any, 100] (expected: four axes"
            })
    void aModelThatTakesNoPicturesIsNotLoaded(String shape, String message) {
        long[] sizes =
                Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
        assertThatThrownBy(() -> ImageInput.DEFAULT.open(new ChainFiles(null), model(DType.FP32, Shape.of(sizes))))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageStartingWith("input: " + message);
    }

    @Test
    void whichInputIsThePictureMustBeClear() {
        TensorSpec picture = new TensorSpec("x", DType.FP32, Shape.of(-1, 3, 8, 8));
        TensorSpec other = new TensorSpec("y", DType.FP32, Shape.of(-1, 3, 8, 8));
        TensorSpec flat = new TensorSpec("z", DType.FP32, Shape.of(-1, 3));
        assertThatThrownBy(
                        () -> ImageStep.of(ImageInput.DEFAULT, new Signature("s", List.of(picture, other), List.of())))
                .hasMessageContaining("(expected: one of [x, y])");
        assertThatThrownBy(
                        () -> ImageStep.of(ImageInput.DEFAULT, new Signature("s", List.of(picture, flat), List.of())))
                .hasMessage("input: the model also needs 'z' (expected: no input beside the picture)");
        ImageInput text = new ImageInput(
                new ImageInput.Names("image", "nope"),
                ImageInput.DEFAULT.sampling(),
                Framing.DEFAULT,
                PixelForm.DEFAULT,
                ImageLimits.DEFAULT);
        assertThatThrownBy(() -> ImageStep.of(text, new Signature("s", List.of(picture), List.of())))
                .hasMessage("input: tensor: the model has no input 'nope' (expected: [x])");
    }

    private static ImageInput preset(String name) {
        return Objects.requireNonNull(ImagePresets.BY_NAME.get(name), name);
    }

    private static Signature model(DType dtype, Shape shape) {
        return new Signature(Signature.DEFAULT, List.of(new TensorSpec("x", dtype, shape)), List.of());
    }

    private static float[] run(ImageInput settings, Shape shape, String file) {
        return floats(made(ImageStep.of(settings, model(DType.FP32, shape)), file));
    }

    private static Tensor made(ImageStep step, String... files) {
        List<byte[]> all = Arrays.stream(files).map(Fixtures::bytes).toList();
        ByteBuffer data = ByteBuffer.allocate(
                        all.stream().mapToInt(file -> 4 + file.length).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        all.forEach(file -> data.putInt(file.length).put(file));
        Tensor sent = new Tensor(DType.STRING, Shape.of(files.length), data.flip());
        return Objects.requireNonNull(
                step.apply(Map.of("image", sent), Fixtures.LATER).get("x"));
    }

    private static float[] floats(Tensor tensor) {
        float[] numbers = new float[tensor.byteCount() / Float.BYTES];
        tensor.data().asFloatBuffer().get(numbers);
        return numbers;
    }
}

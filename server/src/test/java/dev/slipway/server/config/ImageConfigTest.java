package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.image.Framing;
import dev.slipway.transforms.image.ImageInput;
import dev.slipway.transforms.image.ImageLimits;
import dev.slipway.transforms.image.ImagePresets;
import dev.slipway.transforms.image.Interpolation;
import dev.slipway.transforms.image.PixelForm;
import dev.slipway.transforms.image.Resize;
import dev.slipway.transforms.image.Semantics;
import dev.slipway.transforms.output.TopK;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageConfigTest {
    @Test
    void aWordIsAPictureWithoutFurtherWishes() {
        ModelConfig model = parse("input: image");
        assertThat(model.form().chain().input()).isEqualTo(ImageInput.DEFAULT);
        assertThat(model.said()).containsExactly(ModelKey.INPUT);
    }

    @Test
    void everyKeyIsRead() {
        ModelConfig model = parse("""
                input:
                  type: image
                  name: photo
                  tensor: data_0
                  semantics: keras
                  interpolation: bicubic
                  size: [240, 320]
                  resize: shortest 300
                  crop: aspect
                  pad: [1, 2, 3]
                  exif: false
                  scale: 0.5
                  mean: [-1, 0, 1.5]
                  std: 2
                  channels: BGR
                  layout: NHWC
                  max_pixels: 1000
                  max_bytes: 1MiB
                  max_time: 2s
                classes: words.txt
                """);
        assertThat(model.form().chain().input())
                .isEqualTo(new ImageInput(
                        new ImageInput.Names("photo", "data_0"),
                        new ImageInput.Sampling(Semantics.KERAS, Interpolation.BICUBIC),
                        new Framing(240, 320, Resize.shortest(300), Framing.Crop.ASPECT, List.of(1, 2, 3), false),
                        new PixelForm(
                                0.5,
                                List.of(-1.0, 0.0, 1.5),
                                List.of(2.0),
                                PixelForm.Channels.BGR,
                                PixelForm.Layout.NHWC),
                        new ImageLimits(1000, 1 << 20, Duration.ofSeconds(2))));
        assertThat(model.form().chain().classes()).isEqualTo(Path.of("words.txt"));
    }

    @Test
    void aPresetSaysInputAndOutputUnlessTheyAreSaid() {
        ModelConfig preset = parse("preset: imagenet");
        assertThat(preset.form().chain().input()).isEqualTo(ImagePresets.BY_NAME.get("imagenet"));
        assertThat(preset.form().chain().outputs()).isEqualTo(ImagePresets.OUTPUTS);
        assertThat(parse("preset: imagenet\noutput: {top_k: 5}").form().chain().outputs())
                .containsExactly(new OutputSettings("", "", List.of(new TopK(5)), null));
        assertThat(preset.said()).contains(ModelKey.INPUT, ModelKey.OUTPUT);
        ModelConfig said = parse("preset: imagenet\ninput: {type: image, size: 64}");
        assertThat(said.form().chain().input())
                .isEqualTo(ImageInput.DEFAULT.with(
                        new Framing(64, 64, Resize.EXACT, Framing.Crop.CENTER, List.of(0), true), PixelForm.DEFAULT));
        assertThat(parse("preset: imagenet\ninput: none").form().chain().input())
                .isNull();
    }

    @Test
    void keysOfAnInputGoBeforeThoseOfItsPreset() {
        ImageInput read =
                (ImageInput) parse("input: {type: image, preset: imagenet, tensor: x, resize: exact, normalize: caffe}")
                        .form()
                        .chain()
                        .input();
        assertThat(read).isNotNull();
        assertThat(read.names().model()).isEqualTo("x");
        assertThat(read.framing().resize()).isEqualTo(Resize.EXACT);
        assertThat(read.sampling().semantics()).isEqualTo(Semantics.TORCHVISION);
        assertThat(read.pixels().channels()).isEqualTo(PixelForm.Channels.BGR);
        assertThat(read.pixels().mean()).containsExactly(103.939, 116.779, 123.68);
    }

    @Test
    void whatTheServersFileTurnsOffStaysOff() {
        ModelConfig server = ConfigYaml.parse("x", "models: {m: {path: m, input: none}}", Path.of("/srv"))
                .serving()
                .of("m");
        assertThat(server.over(parse("input: image")).form().chain().input()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input: picture | f:1: input: 'picture' (expected: image",
                "input: {size: 7} | f:1: input: a map (expected: image",
                "input: {type: image, siez: 7} | f:1: unknown key 'siez' (nearest: size)",
                "input: {type: picture} | f:1: input.type: 'picture' (expected: one of image",
                "input: {type: image, size: [7]} | f:1: input.size: [7] (expected: a side such as 224, or [height",
                "input: {type: image, size: 0} | f:1: input.size: 0 (expected: a side such as 224",
                "input: {type: image, resize: short 5} | f:1: input.resize: 'short 5' (expected: exact, shortest",
                "input: {type: image, std: [1, 0, 1]} | f:1: input.std: [1, 0, 1] (expected: numbers other than 0)",
                "input: {type: image, pad: 256} | f:1: input.pad: 256 (expected: a colour from 0 to 255",
                "input: {type: image, semantics: tensorflow, interpolation: box} | f:1: input.interpolation: 'box'",
                "input: {type: image, max_pixels: 0} | f:1: input.max_pixels: 0 (expected: a whole number from 1",
                "input: {type: image, max_bytes: 4GiB} | f:1: input.max_bytes: '4GiB' (expected: ",
                "preset: imagnet | f:1: preset: 'imagnet' (expected: one of imagenet, imagenet-keras-tf"
            })
    void whatIsWrongIsToldWithWhatWasExpected(String text, String message) {
        assertThatThrownBy(() -> parse(text)).hasMessageStartingWith(message);
    }

    private static ModelConfig parse(String text) {
        return ConfigYaml.parseModel("f", text, Path.of("/srv"));
    }
}

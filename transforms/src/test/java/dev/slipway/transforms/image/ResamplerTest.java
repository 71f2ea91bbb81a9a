package dev.slipway.transforms.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplerTest {
    static Stream<Arguments> resized() {
        return Fixtures.table("resize.txt").stream()
                .map(line -> Arguments.of(
                        Interpolation.valueOf(line[0].toUpperCase(Locale.ROOT)),
                        Integer.valueOf(line[1]),
                        Integer.valueOf(line[2]),
                        line[3]));
    }

    @ParameterizedTest(name = "{0} to {1} x {2}")
    @MethodSource("resized")
    void resizesAsPillowDoesBitByBit(Interpolation interpolation, int width, int height, String expected) {
        Picture picture = Fixtures.picture("pattern.png");
        Framing framing = Framing.DEFAULT;
        Window window = Window.of(picture, framing, new Window.Size(width, height));
        Picture resized = new Resampler(interpolation).resize(picture, window);
        assertThat(Fixtures.rgb(resized)).isEqualTo(Fixtures.rgb(Fixtures.picture(expected)));
    }

    /** What is not shown is not computed, and what is shown is the same. */
    @ParameterizedTest(name = "{0} to {1} x {2}")
    @MethodSource("resized")
    void aWindowIsThatPartOfTheWhole(Interpolation interpolation, int width, int height, String expected) {
        Picture picture = Fixtures.picture("pattern.png");
        Picture whole = Fixtures.picture(expected);
        Framing framing = Framing.DEFAULT.withResize(Resize.to(height, width));
        Window window = Window.of(picture, framing, new Window.Size(width - 4, height - 6));
        Picture shown = new Resampler(interpolation).resize(picture, window);
        int[] rgb = Fixtures.rgb(shown);
        int[] all = Fixtures.rgb(whole);
        for (int y = 0; y < height - 6; y++) {
            for (int x = 0; x < (width - 4) * 3; x++) {
                assertThat(rgb[y * (width - 4) * 3 + x]).isEqualTo(all[(y + 3) * width * 3 + 6 + x]);
            }
        }
    }

    @Test
    void theLongerSideIsCutToAWholeNumberAndTheCropRoundedToTheEvenOne() {
        Picture picture = new Picture(641, 427, 1, false, new byte[0]);
        Window window = Window.of(picture, Framing.DEFAULT.withResize(Resize.SHORTEST), new Window.Size(224, 224));
        assertThat(window.resized()).isEqualTo(new Window.Size(384, 256));
        assertThat(window.shown()).isEqualTo(new Window.Box(80, 16, 224, 224));
        Window odd = Window.of(picture, Framing.DEFAULT.withResize(Resize.NONE), new Window.Size(640, 424));
        assertThat(odd.shown()).isEqualTo(new Window.Box(0, 2, 640, 424));
        Window inception = Window.of(picture, Framing.DEFAULT.withResize(Resize.SHORTEST), new Window.Size(299, 299));
        assertThat(inception.resized().height()).isEqualTo(341);
    }

    @Test
    void whatFitsIsPaddedAroundItsMiddle() {
        Picture picture = new Picture(200, 100, 1, false, new byte[0]);
        Window window = Window.of(picture, Framing.DEFAULT.withResize(Resize.FIT), new Window.Size(64, 64));
        assertThat(window.resized()).isEqualTo(new Window.Size(64, 32));
        assertThat(List.of(window.left(), window.top())).containsExactly(0, 16);
    }

    @Test
    void proportionsAreCutBeforeTheResizeWhereThatIsSaid() {
        Picture picture = new Picture(200, 101, 1, false, new byte[0]);
        Framing framing = new Framing(0, 0, Resize.EXACT, Framing.Crop.ASPECT, List.of(0), true);
        Window window = Window.of(picture, framing, new Window.Size(32, 32));
        assertThat(window.region()).isEqualTo(new Window.Box(49, 0, 101, 101));
        assertThat(window.resized()).isEqualTo(new Window.Size(32, 32));
    }
}

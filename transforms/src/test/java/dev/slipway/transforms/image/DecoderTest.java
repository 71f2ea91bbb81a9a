package dev.slipway.transforms.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
    static Stream<Arguments> decoded() {
        return Fixtures.table("decode.txt").stream()
                .map(line -> Arguments.of(line[0], line[1], Integer.valueOf(line[2])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decoded")
    void seesWhatPillowSees(String file, String expected, int tolerance) {
        Picture seen = Fixtures.picture(file);
        Picture reference = Fixtures.picture(expected);
        assertThat(new int[] {seen.width(), seen.height()}).containsExactly(reference.width(), reference.height());
        int[] numbers = Fixtures.rgb(seen);
        int[] wanted = Fixtures.rgb(reference);
        int most = 0;
        for (int i = 0; i < numbers.length; i++) {
            most = Math.max(most, Math.abs(numbers[i] - wanted[i]));
        }
        assertThat(most).isLessThanOrEqualTo(tolerance);
    }

    @Test
    void whatCamerasSayIsNotHeardWhereItShouldNotBe() {
        Decoder decoder = new Decoder(ImageLimits.DEFAULT, false, () -> 0, new PixelBudget(1 << 28));
        Picture asStored = decoder.decode("image 0", Fixtures.bytes("exif-6.png"), Fixtures.LATER, picture -> picture);
        assertThat(Fixtures.rgb(asStored)).isEqualTo(Fixtures.rgb(Fixtures.picture("rgb.png")));
    }

    @Test
    void textThatStandsForAPictureIsDecoded() {
        byte[] file = Fixtures.bytes("rgb.jpg");
        int[] expected = Fixtures.rgb(Fixtures.decode(file));
        String plain = Base64.getEncoder().encodeToString(file);
        for (String text : new String[] {
            plain,
            Base64.getMimeEncoder().encodeToString(file),
            Base64.getUrlEncoder().withoutPadding().encodeToString(file),
            "data:image/jpeg;base64," + plain
        }) {
            assertThat(Fixtures.rgb(Fixtures.decode(text.getBytes(StandardCharsets.US_ASCII))))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\1\2\3\4", "hello", "data:,", "data:image/png;base64,", "BM", "{\"a\": 1}", "/9j/"})
    void whatIsNoPictureIsToldByItsFirstBytes(String sent) {
        assertThatThrownBy(() -> Fixtures.decode(sent.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageStartingWith("image 0: not a JPEG, PNG, WebP or GIF (first bytes: ");
        assertThatThrownBy(() -> Fixtures.decode(new byte[] {0, 1, 2, 3, 4}))
                .hasMessage("image 0: not a JPEG, PNG, WebP or GIF (first bytes: 00 01 02 03)");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decoded")
    void aTruncatedOneIsRefusedWhereverItEnds(String file) {
        byte[] whole = Fixtures.bytes(file);
        for (int length = 0; length < whole.length - 24; length += 1 + whole.length / 40) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (file.startsWith("animated") && length > whole.length / 3) {
                break;
            }
            assertThatThrownBy(() -> Fixtures.decode(cut)).isInstanceOf(SlipwayException.class);
        }
    }

    /** Its reader asks for bits beyond the end for ever, each time without an error. */
    @Test
    void aLosslessWebpThatNeverEndsIsRefusedAndNotWaitedFor() {
        byte[] file = Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAEEAcREBExiP4XAA==");
        assertThatThrownBy(() -> Fixtures.decode(file))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("the file ends before the picture does");
    }

    /** Whatever comes out, it is a picture or an error that says whose fault it is. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("decoded")
    void aBrokenOneEndsInAPictureOrAnError(String file) {
        byte[] whole = Fixtures.bytes(file);
        Random random = new Random(file.hashCode());
        Decoder decoder = Fixtures.decoder(Fixtures.limits(1_000_000, 1 << 20, Duration.ofSeconds(10)));
        for (int round = 0; round < 40; round++) {
            byte[] broken = whole.clone();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            try {
                Picture seen = decoder.decode("image 0", broken, Fixtures.LATER, picture -> picture);
                assertThat(seen.pixels().length).isGreaterThanOrEqualTo(seen.width() * seen.height() * seen.bands());
            } catch (SlipwayException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            }
        }
    }

    @Test
    void asManyPixelsAsTheHeadSaysAreNotAllocatedBeyondTheLimit() {
        byte[] png = Fixtures.bytes("rgb.png");
        ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
        assertThatThrownBy(() -> Fixtures.decode(png))
                .hasMessage("image 0: PNG of 100000 x 100000 pixels (expected: at most 50000000 pixels)");
        byte[] gif = Fixtures.bytes("one.gif");
        Arrays.fill(gif, 6, 10, (byte) 0xff);
        assertThatThrownBy(() -> Fixtures.decode(gif))
                .hasMessage("image 0: GIF of 65535 x 65535 pixels (expected: at most 50000000 pixels)");
        Decoder strict = Fixtures.decoder(Fixtures.limits(26 * 19 - 1, 1 << 20, Duration.ofSeconds(10)));
        for (String file : new String[] {"rgb.jpg", "rgb.png", "lossy.webp", "lossless.webp", "one.gif"}) {
            assertThatThrownBy(() -> strict.decode("x", Fixtures.bytes(file), Fixtures.LATER, picture -> picture))
                    .hasMessageEndingWith("of 26 x 19 pixels (expected: at most 493 pixels)");
        }
    }

    @Test
    void aFileOfTooManyBytesIsRefused() {
        byte[] file = Fixtures.bytes("rgb.png");
        Decoder strict = Fixtures.decoder(Fixtures.limits(1000, file.length - 1, Duration.ofSeconds(10)));
        assertThatThrownBy(() -> strict.decode("x", file, Fixtures.LATER, picture -> picture))
                .hasMessage("x: %d bytes (expected: at most %d)".formatted(file.length, file.length - 1));
    }

    /** Time goes on with every look at the clock. */
    @ParameterizedTest
    @ValueSource(strings = {"rgb.jpg", "progressive.jpg", "rgb.png", "interlaced.png", "lossy.webp", "lossless.webp"})
    void whatTakesTooLongIsEnded(String file) {
        AtomicLong clock = new AtomicLong();
        ImageLimits limits = Fixtures.limits(1000, 1 << 20, Duration.ofNanos(3));
        Decoder slow = new Decoder(limits, true, clock::getAndIncrement, new PixelBudget(1 << 28));
        assertThatThrownBy(() -> slow.decode("image 1", Fixtures.bytes(file), Fixtures.LATER, picture -> picture))
                .hasMessage("image 1: takes longer than 0 ms (max_time)");
        clock.set(0);
        Decoder patient = new Decoder(ImageLimits.DEFAULT, true, clock::getAndIncrement, new PixelBudget(1 << 28));
        assertThatThrownBy(() -> patient.decode("image 1", Fixtures.bytes(file), new Deadline(4), picture -> picture))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
                .hasMessage("image 1: the deadline has passed");
    }

    @Test
    void aPictureWaitsForMemoryNoLongerThanAnybodyWaitsForIt() {
        PixelBudget budget = new PixelBudget(1 << 20);
        Patience patience = new Patience(() -> 0, Fixtures.LATER, Duration.ofHours(1));
        Decoder decoder =
                new Decoder(Fixtures.limits(1000, 1 << 20, Duration.ofMillis(1)), true, System::nanoTime, budget);
        Deadline later = Deadline.after(Duration.ofHours(1), System.nanoTime());
        PixelBudget.Share all = budget.take(1L << 40, patience);
        assertThatThrownBy(() -> decoder.decode("x", Fixtures.bytes("rgb.png"), later, picture -> picture))
                .hasMessage("x: takes longer than 1 ms (max_time)");
        all.close();
        Decoder calm = new Decoder(ImageLimits.DEFAULT, true, System::nanoTime, budget);
        assertThat(calm.decode("x", Fixtures.bytes("rgb.png"), later, Picture::width))
                .isEqualTo(26);
    }

    @Test
    void aJpegOfCountlessScansIsRefused() {
        byte[] file = Fixtures.bytes("progressive.jpg");
        int last = file.length - 2;
        int scan = last;
        while (file[scan] != (byte) 0xff || file[scan + 1] != (byte) 0xda) {
            scan--;
        }
        ByteBuffer many = ByteBuffer.allocate(file.length + 100 * (last - scan));
        many.put(file, 0, last);
        for (int i = 0; i < 100; i++) {
            many.put(file, scan, last - scan);
        }
        many.put(file, last, 2);
        assertThatThrownBy(() -> Fixtures.decode(many.array())).hasMessage("image 0: JPEG of more than 100 scans");
    }
}

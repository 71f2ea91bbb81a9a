package dev.slipway.core.batching;

import static dev.slipway.core.batching.TestTensors.doubles;
import static dev.slipway.core.batching.TestTensors.floats;
import static dev.slipway.core.batching.TestTensors.maps;
import static dev.slipway.core.batching.TestTensors.named;
import static dev.slipway.core.batching.TestTensors.shorts;
import static dev.slipway.core.batching.TestTensors.texts;
import static dev.slipway.core.batching.TestTensors.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RowAgreementTest {
    private static final double NAN = Double.NaN;
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @EnumSource
    void anythingAgreesWithItself(DType dtype) {
        Tensor one = TestTensors.random(dtype, Shape.of(20, 3), new Random(dtype.ordinal()));
        assertThat(difference(one, one)).isNull();
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "1, 1.001, true",
        "1, 1.0012, false",
        "-1, 1, false",
        "0, 1e-30, false",
        "0, 0, true",
        "0.0, -0.0, true",
        "NaN, NaN, true",
        "NaN, 1, false",
        "1, NaN, false",
        "Infinity, Infinity, true",
        "Infinity, -Infinity, false",
        "Infinity, 1e38, false",
        "1e38, Infinity, false",
        "-Infinity, NaN, false",
        "1e-40, 1.0005e-40, true",
    })
    void floatsAgreeWhenTheyAreClose(double alone, double joined, boolean agrees) {
        String found = difference(doubles(Shape.of(1), joined), doubles(Shape.of(1), alone));
        assertThat(found == null).isEqualTo(agrees);
        found = difference(floats(Shape.of(1), joined), floats(Shape.of(1), alone));
        assertThat(found == null).isEqualTo(agrees);
    }

    @ParameterizedTest(name = "{0} beside 1000: {1}")
    @CsvSource({"0.009, true", "0.011, false"})
    void whatCancelsOutMayBeAsFarOffAsTheLargestAllows(double joined, boolean agrees) {
        Tensor alone = floats(Shape.of(4), -1000, INFINITE, NAN, 0);
        String found = difference(floats(Shape.of(4), -1000, INFINITE, NAN, joined), alone);
        assertThat(found == null).isEqualTo(agrees);
    }

    @ParameterizedTest(name = "{0}: {1} and {2}: {3}")
    @CsvSource({
        // 1.0 is 3c00 in FP16, 3f80 in BF16
        "FP16, 3c00, 3c14, true",
        "FP16, 3c00, 3c20, false",
        "FP16, 7c00, fc00, false",
        "FP16, 7e00, 7e01, true",
        "FP16, 0000, 8000, true",
        "BF16, 3f80, 3f82, true",
        "BF16, 3f80, 3f84, false",
        "BF16, 7fc0, 7fc1, true",
        "BF16, 7f80, 7f7f, false",
    })
    void halvesAgreeMoreLoosely(DType dtype, String alone, String joined, boolean agrees) {
        String found =
                difference(shorts(dtype, Integer.parseInt(joined, 16)), shorts(dtype, Integer.parseInt(alone, 16)));
        assertThat(found == null).isEqualTo(agrees);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "3c00, 1",
        "c000, -2",
        "7bff, 65504",
        "0400, 6.103515625e-5",
        "0001, 5.960464477539063e-8",
        "03ff, 6.097555160522461e-5",
        "8000, -0.0",
        "3555, 0.333251953125",
        "fc00, -Infinity",
        "7c01, NaN",
    })
    void readsHalves(String bits, Float value) {
        assertThat(FloatAgreement.half((short) Integer.parseInt(bits, 16))).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "BOOL, 1, 'true'",
        "INT8, -1, -1",
        "UINT8, 255, 255",
        "INT16, -2, -2",
        "UINT16, 65535, 65535",
        "INT32, -3, -3",
        "UINT32, 4294967295, 4294967295",
        "INT64, -4, -4",
        "UINT64, -1, 18446744073709551615",
    })
    void wholeNumbersMustBeEqual(DType dtype, long value, String shown) {
        String zero = dtype == DType.BOOL ? "false" : "0";
        assertThat(difference(whole(dtype, 0), whole(dtype, value)))
                .isEqualTo("output 'y' is %s alone and %s joined".formatted(shown, zero));
    }

    static List<Arguments> differences() {
        Shape three = Shape.of(3);
        String longText = "b".repeat(41);
        return List.of(
                Arguments.of(floats(Shape.of(1), 0.75), floats(Shape.of(1), 0.1), "is 0.75 alone and 0.1 joined"),
                Arguments.of(doubles(Shape.of(1), 0.1), doubles(Shape.of(1), 0.2), "is 0.1 alone and 0.2 joined"),
                Arguments.of(
                        floats(three, 1, 2, 3), floats(three, 1, 2, 4), "is 3.0 alone and 4.0 joined (element 2 of 3)"),
                Arguments.of(
                        floats(three, 1, 2, 3),
                        floats(Shape.of(3, 1), 1, 2, 3),
                        "has shape [3] alone and [3, 1] joined"),
                Arguments.of(whole(DType.INT8, 1), whole(DType.UINT8, 1), "is INT8 alone and UINT8 joined"),
                Arguments.of(
                        texts(three, "a", "b", "c"),
                        texts(three, "a", longText, "c"),
                        "is 'b' alone and '%s'... joined (element 1 of 3)".formatted("b".repeat(40))),
                Arguments.of(texts(Shape.of(1), "a"), texts(Shape.of(1), "b"), "is 'a' alone and 'b' joined"),
                Arguments.of(
                        maps(List.of("a", 1, "b", 0.5)),
                        maps(List.of("a", 1, "b", 0.6)),
                        "is 0.5 alone and 0.6 joined for key 'b'"),
                Arguments.of(
                        maps(List.of("a", 1), List.of("a", 1)),
                        maps(List.of("a", 1), List.of("b", 1)),
                        "has key 'a' alone and not joined (element 1 of 2)"),
                Arguments.of(maps(List.of("a", 1)), maps(List.of()), "has 1 keys alone and 0 joined"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("differences")
    void saysWhatDiffers(Tensor alone, Tensor joined, String difference) {
        assertThat(difference(joined, alone)).isEqualTo("output 'y' " + difference);
    }

    @Test
    void mapsAgreeInAnyOrderOfKeysAndWithCloseValues() {
        Tensor alone = maps(List.of("a", 1, "b", 2, "c", 1000), List.of("d", 0));
        Tensor joined = maps(List.of("c", 1000.1, "a", 1.0005, "b", 2), List.of("d", 0.005));
        assertThat(difference(joined, alone)).isNull();
    }

    @Test
    void comparesAllOutputs() {
        Tensor one = floats(Shape.of(1), 1);
        Tensor two = floats(Shape.of(1), 2);
        assertThat(RowAgreement.difference(named("y", one, "z", two), named("y", one, "z", one)))
                .isEqualTo("output 'z' is 1.0 alone and 2.0 joined");
        assertThat(RowAgreement.difference(named("z", one), named("y", one)))
                .isEqualTo("output 'y' is missing when joined");
        assertThat(RowAgreement.difference(named("y", one, "z", one), named("y", one)))
                .isEqualTo("outputs are [y] alone and [y, z] joined");
        assertThat(RowAgreement.difference(Map.of(), Map.of())).isNull();
    }

    private static @Nullable String difference(Tensor joined, Tensor alone) {
        return RowAgreement.difference(named("y", joined), named("y", alone));
    }
}

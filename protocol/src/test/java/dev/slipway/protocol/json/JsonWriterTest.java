package dev.slipway.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
    private final JsonWriter out = new JsonWriter(1);

    @Test
    void setsCommasByItself() {
        out.beginObject().name("a").beginArray().number(1L).number(2L).endArray();
        out.name("b").beginObject().endObject().name("c").bool(true).name("d").bool(false);
        out.name("e")
                .beginArray()
                .beginArray()
                .endArray()
                .beginArray()
                .endArray()
                .endArray()
                .endObject();
        assertThat(text()).isEqualTo("{\"a\":[1,2],\"b\":{},\"c\":true,\"d\":false,\"e\":[[],[]]}");
    }

    @Test
    void escapesWhatJsonWants() {
        out.string("\"\\/\n\r\t\b\u0000\u001f\u007fé😀");
        assertThat(text()).isEqualTo("\"\\\"\\\\/\\n\\r\\t\\u0008\\u0000\\u001f\u007fé😀\"");
        assertThat(new JsonReader(out.toByteBuffer()).string()).isEqualTo("\"\\/\n\r\t\b\u0000\u001f\u007fé😀");
    }

    @Test
    void growsInTheMiddleOfAText() {
        String text = "\n".repeat(1000);
        out.string(text);
        assertThat(new JsonReader(out.toByteBuffer()).string()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, -1, 99, 100, 2147483647, 2147483648L, -2147483648L, Long.MAX_VALUE, Long.MIN_VALUE})
    void writesWholeNumbers(long value) {
        out.beginArray().number(value).unsigned(value).endArray();
        assertThat(text()).isEqualTo("[" + value + "," + Long.toUnsignedString(value) + "]");
    }

    @Test
    void writesPowersOfTenAndTheirNeighbours() {
        StringBuilder expected = new StringBuilder();
        out.beginArray();
        for (long power = 1; power > 0 && power < Long.MAX_VALUE / 10; power *= 10) {
            out.number(power).number(power - 1).number(-power);
            expected.append(",%d,%d,%d".formatted(power, power - 1, -power));
        }
        out.endArray();
        assertThat(text()).isEqualTo("[" + expected.substring(1) + "]");
    }

    @Test
    void writesNumbersThatAreNotFiniteAsTensorFlowServingDoes() {
        out.beginArray().number(Float.NaN).number(Double.NaN);
        out.number(Float.POSITIVE_INFINITY).number(Double.NEGATIVE_INFINITY).endArray();
        assertThat(text()).isEqualTo("[NaN,NaN,Infinity,-Infinity]");
    }

    @Test
    void writesBase64() {
        out.base64(new byte[] {9, (byte) 0xFF, (byte) 0xFE, 9}, 1, 2);
        assertThat(text()).isEqualTo("\"//4=\"");
        assertThat(out.size()).isEqualTo(6);
    }

    private String text() {
        return UTF_8.decode(out.toByteBuffer()).toString();
    }
}

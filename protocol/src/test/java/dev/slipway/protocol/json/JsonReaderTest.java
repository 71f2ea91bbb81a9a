package dev.slipway.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    @Test
    void readsADocumentPieceByPiece() {
        JsonReader in = reader(" {\"a\" : [1, 2 , -3], \"b\\u0021\":{}, \"c\":true,\"d\":null, \"e\": \"x\"}\n");
        in.beginObject();
        assertThat(in.nextName()).isTrue();
        assertThat(in.nameIs("a".getBytes(UTF_8))).isTrue();
        in.beginArray();
        assertThat(in.nextElement()).isTrue();
        assertThat(in.wholeNumber()).isEqualTo(1);
        assertThat(in.nextElement()).isTrue();
        in.skipValue();
        assertThat(in.nextElement()).isTrue();
        assertThat(in.wholeNumber()).isEqualTo(-3);
        assertThat(in.nextElement()).isFalse();
        assertThat(in.nextName()).isTrue();
        assertThat(in.name()).isEqualTo("b!");
        assertThat(in.nameIs("b!".getBytes(UTF_8))).isTrue();
        in.beginObject();
        assertThat(in.nextName()).isFalse();
        assertThat(in.nextName()).isTrue();
        assertThat(in.bool()).isTrue();
        assertThat(in.nextName()).isTrue();
        assertThat(in.skipNull()).isTrue();
        assertThat(in.nextName()).isTrue();
        assertThat(in.string()).isEqualTo("x");
        assertThat(in.nextName()).isFalse();
        in.endDocument();
    }

    @Test
    void comesBackToAMarkedValue() {
        JsonReader in = reader("{\"a\":[[1],[2]],\"b\":7}");
        in.beginObject();
        in.nextName();
        JsonReader.Mark mark = in.mark();
        in.beginArray();
        in.nextElement();
        in.beginArray();
        in.reset(mark);
        in.skipValue();
        assertThat(in.nextName()).isTrue();
        assertThat(in.wholeNumber()).isEqualTo(7);
        JsonReader.Mark end = in.mark();
        in.reset(mark);
        in.skipValue();
        in.reset(end);
        assertThat(in.nextName()).isFalse();
        in.endDocument();
    }

    @Test
    void readsTheRegionOfABufferInPlaceOrFromDirectMemory() {
        byte[] bytes = "xx[1]yy".getBytes(UTF_8);
        ByteBuffer heap = ByteBuffer.wrap(bytes, 2, 3);
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(0, bytes, 2, 3);
        for (ByteBuffer json : new ByteBuffer[] {heap, heap.slice(), direct, heap.asReadOnlyBuffer()}) {
            int position = json.position();
            JsonReader in = new JsonReader(json);
            in.skipValue();
            in.endDocument();
            assertThat(json.position()).isEqualTo(position);
        }
        assertThatThrownBy(() -> new JsonReader(ByteBuffer.wrap(bytes, 4, 2)).skipValue())
                .hasMessage("JSON, byte 0: found ']' (expected: a value)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[1, 2, ] | JSON, byte 7: found ']' (expected: a value)",
                "[1 2] | JSON, byte 3: found '2' (expected: ',' or ']')",
                "[,1] | JSON, byte 1: found ',' (expected: a value)",
                "[1 | JSON, byte 2: found the end (expected: ',' or ']')",
                "[ | JSON, byte 1: found the end (expected: a value or ']')",
                "{\"a\" 1} | JSON, byte 5: found '1' (expected: ':')",
                "{\"a\":} | JSON, byte 5: found '}' (expected: a value)",
                "{\"a\":1,} | JSON, byte 7: found '}' (expected: a name in quotes)",
                "{a:1} | JSON, byte 1: found 'a' (expected: a name in quotes)",
                "{\"a\":1 | JSON, byte 6: found the end (expected: ',' or '}')",
                "[1] 2 | JSON, byte 4: found '2' (expected: the end)",
                "tru | JSON, byte 3: found the end (expected: true)",
                "trux | JSON, byte 3: found 'x' (expected: true)",
                "nul] | JSON, byte 3: found ']' (expected: null)",
                "01 | JSON, byte 1: found '1' (expected: a number)",
                "-x | JSON, byte 1: found 'x' (expected: a number)",
                "1.e5 | JSON, byte 2: found 'e' (expected: a number)",
                "+1 | JSON, byte 0: found '+' (expected: a value)",
                "'a' | JSON, byte 0: found ''' (expected: a value)",
                "\"a | JSON, byte 2: found the end (expected: the end of a string)",
                "\"a\\ | JSON, byte 3: found the end (expected: the end of a string)",
                "\"\\x\" | JSON, byte 2: found 'x' (expected: one of \" \\ / b f n r t u after a backslash)",
                "\"\\u12g4\" | JSON, byte 3: found '1' (expected: 4 hexadecimal digits after \\u)",
                "\"\\u12 | JSON, byte 3: found '1' (expected: 4 hexadecimal digits after \\u)",
                "\"\\ud800\" | JSON, byte 1: found '\\' (expected: surrogates \\ud800 to \\udfff in pairs)",
                "\"\\ud800\\u0041\" | JSON, byte 1: found '\\' (expected: surrogates \\ud800 to \\udfff in pairs)",
                "\"\\udc00\\ud800\" | JSON, byte 1: found '\\' (expected: surrogates \\ud800 to \\udfff in pairs)",
                "NaNx | JSON, byte 3: found 'x' (expected: the end)",
                "Infi | JSON, byte 3: found 'i' (expected: the end)"
            })
    void saysWhereADocumentIsBroken(String json, String message) {
        assertThatThrownBy(() -> skip(json.getBytes(UTF_8)))
                .isInstanceOf(SlipwayException.class)
                .hasMessage(message)
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void refusesAnEmptyDocument() {
        assertThatThrownBy(() -> skip(new byte[0])).hasMessage("JSON, byte 0: found the end (expected: a value)");
        assertThatThrownBy(() -> skip(new byte[] {' ', '\n'}))
                .hasMessage("JSON, byte 2: found the end (expected: a value)");
    }

    @Test
    void refusesControlCharactersAndBytesThatAreNotUtf8() {
        assertThatThrownBy(() -> skip(bytes('"', 10, '"')))
                .hasMessage("JSON, byte 1: found byte 0x0A (expected: no control character in a string)");
        assertThatThrownBy(() -> skip(bytes('[', 0xFF, ']')))
                .hasMessage("JSON, byte 1: found byte 0xFF (expected: a value)");
        int[][] broken = {
            {0x80},
            {0xC0, 0x80},
            {0xC1, 0xBF},
            {0xC3},
            {0xE0, 0x9F, 0x80},
            {0xED, 0xA0, 0x80},
            {0xE2, 0x82},
            {0xF0, 0x8F, 0x80, 0x80},
            {0xF4, 0x90, 0x80, 0x80},
            {0xF5, 0x80, 0x80, 0x80},
            {0xE2, 0x28, 0xA1},
            {0xFF}
        };
        for (int[] sequence : broken) {
            byte[] json = new byte[sequence.length + 2];
            json[0] = '"';
            json[json.length - 1] = '"';
            for (int i = 0; i < sequence.length; i++) {
                json[i + 1] = (byte) sequence[i];
            }
            assertThatThrownBy(() -> skip(json))
                    .hasMessage("JSON, byte 1: found byte 0x%02X (expected: UTF-8)".formatted(sequence[0]));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Grüße", "日本語", "😀 \uD7FF\uE000\uFFFF", "\u0080\u07FF\u0800"})
    void readsTextOfEveryLengthOfUtf8(String text) {
        assertThat(reader("\"" + text + "\"").string()).isEqualTo(text);
        StringBuilder escaped = new StringBuilder("\"");
        text.chars().forEach(unit -> escaped.append("\\u%04x".formatted(unit)));
        assertThat(reader(escaped + "\"").string()).isEqualTo(text);
    }

    @Test
    void readsEveryEscape() {
        assertThat(reader("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00x\"")
                        .string())
                .isEqualTo("\"\\/\b\f\n\r\té😀x");
    }

    @Test
    void limitsTheDepth() {
        skip(("[".repeat(64) + "]".repeat(64)).getBytes(UTF_8));
        assertThatThrownBy(() -> skip("[".repeat(65).getBytes(UTF_8)))
                .hasMessage("JSON, byte 64: found '[' (expected: nesting at most 64 deep)");
        assertThatThrownBy(() -> skip("{\"a\":".repeat(1_000_000).getBytes(UTF_8)))
                .hasMessage("JSON, byte 320: found '{' (expected: nesting at most 64 deep)");
        assertThatThrownBy(() -> new JsonReader(ByteBuffer.wrap("[[1]]".getBytes(UTF_8)), 1).skipValue())
                .hasMessage("JSON, byte 1: found '[' (expected: nesting at most 1 deep)");
    }

    @ParameterizedTest
    @CsvSource({"1.5, 1.5", "1e30, 1e30", "NaN, NaN"})
    void refusesNumbersThatAreNotWhole(String json, String found) {
        assertThatThrownBy(() -> reader(json).wholeNumber())
                .hasMessage("JSON, byte 0: found %s (expected: a whole number within 64 bits)".formatted(found));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static JsonReader reader(String json) {
        return new JsonReader(ByteBuffer.wrap(json.getBytes(UTF_8)));
    }

    private static void skip(byte[] json) {
        JsonReader in = new JsonReader(ByteBuffer.wrap(json));
        in.skipValue();
        in.endDocument();
    }
}

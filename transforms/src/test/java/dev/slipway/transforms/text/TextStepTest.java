package dev.slipway.transforms.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputStep;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tokenizers here have words of their own, so that what comes out can be told by hand: in wordpiece.json, 0 [PAD],
 * 1 [UNK], 2 [CLS], 3 [SEP], 4 hello, 5 world, 6 un, 7 ##aff, 8 ##able, 9 !.
 */
class TextStepTest {
    private static final Deadline LATER = Deadline.after(Duration.ofMinutes(5), System.nanoTime());
    private static final Shape ROWS = Shape.of(-1, -1);
    private static final TensorSpec IDS = new TensorSpec("input_ids", DType.INT64, ROWS);
    private static final TensorSpec MASK = new TensorSpec("attention_mask", DType.INT32, ROWS);
    private static final TensorSpec TYPES = new TensorSpec("token_type_ids", DType.INT64, ROWS);
    private static final TensorSpec POSITIONS = new TensorSpec("position_ids", DType.INT64, ROWS);

    @TempDir
    private Path folder;

    static String json(String name) throws IOException {
        try (InputStream in = TextStepTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private InputStep open(String json, boolean isPair, Lengths lengths, TensorSpec... model) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        return new TextInput(Path.of("tokenizer.json"), new TextInput.Names("text", isPair), lengths, true, 1000)
                .open(new ChainFiles(folder), new Signature(Signature.DEFAULT, List.of(model), List.of()));
    }

    private static Lengths lengths(int most, Lengths.Truncation truncation, Lengths.Padding padding) {
        return new Lengths(most, truncation, padding, 1);
    }

    private static Tensor texts(String... texts) {
        return Texts.tensor(Shape.of(texts.length), List.of(texts));
    }

    private static List<List<Long>> rows(Map<String, Tensor> made, String name) {
        Tensor tensor = Objects.requireNonNull(made.get(name), name);
        int width = (int) tensor.shape().dim(1);
        List<List<Long>> rows = new ArrayList<>();
        for (int row = 0; row < tensor.shape().dim(0); row++) {
            List<Long> one = new ArrayList<>();
            for (int at = 0; at < width; at++) {
                one.add((long) Numbers.get(tensor.dtype(), tensor.data(), row * width + at));
            }
            rows.add(one);
        }
        return rows;
    }

    private static List<Long> row(long... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    @Test
    void textsOfOneRequestArePaddedToTheLongest() throws Exception {
        try (InputStep step = open(json("wordpiece.json"), false, Lengths.DEFAULT, IDS, MASK, TYPES, POSITIONS)) {
            Map<String, Tensor> made = step.apply(Map.of("text", texts("Hello unaffable world!", "hello", "")), LATER);
            assertThat(rows(made, "input_ids"))
                    .containsExactly(
                            row(2, 4, 6, 7, 8, 5, 9, 3), row(2, 4, 3, 0, 0, 0, 0, 0), row(2, 3, 0, 0, 0, 0, 0, 0));
            assertThat(rows(made, "attention_mask"))
                    .containsExactly(
                            row(1, 1, 1, 1, 1, 1, 1, 1), row(1, 1, 1, 0, 0, 0, 0, 0), row(1, 1, 0, 0, 0, 0, 0, 0));
            assertThat(made.get("attention_mask").dtype()).isEqualTo(DType.INT32);
            assertThat(rows(made, "position_ids")).first().isEqualTo(row(0, 1, 2, 3, 4, 5, 6, 7));
        }
    }

    @Test
    void aPairIsToldApartByItsTypes() throws Exception {
        try (InputStep step = open(json("wordpiece.json"), true, Lengths.DEFAULT, IDS, TYPES)) {
            Map<String, Tensor> made = step.apply(Map.of("text", texts("hello"), "text_pair", texts("world !")), LATER);
            assertThat(rows(made, "input_ids")).containsExactly(row(2, 4, 3, 5, 9, 3));
            assertThat(rows(made, "token_type_ids")).containsExactly(row(0, 0, 0, 1, 1, 1));
            assertThat(rows(step.apply(Map.of("text", texts("hello")), LATER), "input_ids"))
                    .containsExactly(row(2, 4, 3));
            assertThatThrownBy(() -> step.apply(Map.of("text", texts("a", "b"), "text_pair", texts("c")), LATER))
                    .hasMessage("input 'text_pair' has 1 rows (expected: 2, as 'text' has)");
        }
    }

    @Test
    void otherKindsOfTokenizersWork() throws Exception {
        try (InputStep step = open(json("bpe.json"), false, Lengths.DEFAULT, IDS)) {
            assertThat(rows(step.apply(Map.of("text", texts("hello hell")), LATER), "input_ids"))
                    .containsExactly(row(7, 8, 6));
        }
        try (InputStep step = open(json("unigram.json"), false, Lengths.DEFAULT, IDS)) {
            assertThat(rows(step.apply(Map.of("text", texts("HELLO  hello")), LATER), "input_ids"))
                    .containsExactly(row(2, 2));
        }
    }

    @ParameterizedTest(name = "{0}, {1} of {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            LONGEST_FIRST | 4 | hello world hello | 2, 4, 5, 3
            ONLY_FIRST    | 3 | hello world hello | 2, 4, 3
            """)
    void longTextsAreCutWithTheirLastTokenKept(Lengths.Truncation truncation, int most, String text, String ids)
            throws Exception {
        Lengths lengths = lengths(most, truncation, Lengths.Padding.LONGEST);
        try (InputStep step = open(json("wordpiece.json"), false, lengths, IDS)) {
            assertThat(rows(step.apply(Map.of("text", texts(text)), LATER), "input_ids"))
                    .containsExactly(
                            Arrays.stream(ids.split(", ")).map(Long::valueOf).toList());
        }
    }

    @Test
    void theTokenizersOwnPaddingSaysWithWhatAndWhere() throws Exception {
        String left = json("wordpiece.json").replace("\"padding\":null", """
                "padding":{"strategy":"BatchLongest","direction":"Left","pad_to_multiple_of":null,"pad_id":9,
                "pad_type_id":1,"pad_token":"!"}""");
        Lengths lengths = lengths(5, Lengths.Truncation.LONGEST_FIRST, Lengths.Padding.MAX_LENGTH);
        try (InputStep step = open(left, false, lengths, IDS, MASK, TYPES)) {
            Map<String, Tensor> made = step.apply(Map.of("text", texts("hello")), LATER);
            assertThat(rows(made, "input_ids")).containsExactly(row(9, 9, 2, 4, 3));
            assertThat(rows(made, "attention_mask")).containsExactly(row(0, 0, 1, 1, 1));
            assertThat(rows(made, "token_type_ids")).containsExactly(row(1, 1, 0, 0, 0));
        }
    }

    @Test
    void aModelOfAFixedLengthGetsIt() throws Exception {
        TensorSpec six = new TensorSpec("input_ids", DType.INT64, Shape.of(-1, 6));
        try (InputStep step = open(json("wordpiece.json"), false, Lengths.DEFAULT, six)) {
            assertThat(rows(
                            step.apply(Map.of("text", texts("hello", "hello hello hello hello hello")), LATER),
                            "input_ids"))
                    .containsExactly(row(2, 4, 3, 0, 0, 0), row(2, 4, 4, 4, 4, 3));
        }
    }

    @Test
    void lengthsMayBeRoundedUp() throws Exception {
        Lengths lengths = new Lengths(10, Lengths.Truncation.LONGEST_FIRST, Lengths.Padding.LONGEST, 4);
        try (InputStep step = open(json("wordpiece.json"), false, lengths, IDS)) {
            assertThat(step.apply(Map.of("text", texts("hello")), LATER)
                            .get("input_ids")
                            .shape())
                    .isEqualTo(Shape.of(1, 4));
            assertThat(step.apply(Map.of("text", texts("hello ".repeat(7))), LATER)
                            .get("input_ids")
                            .shape())
                    .isEqualTo(Shape.of(1, 10));
        }
    }

    @Test
    void whatCanNotBeTokenizedIsRefusedWithItsRow() throws Exception {
        Lengths lengths = lengths(4, Lengths.Truncation.ERROR, Lengths.Padding.NONE);
        try (InputStep step = open(json("wordpiece.json"), false, lengths, IDS)) {
            assertInvalid(
                    step,
                    texts("hello", "hello hello hello"),
                    "input 'text', row 1 has 5 tokens (expected: at most 4)");
            assertInvalid(
                    step,
                    texts("hello", ""),
                    "row 1 has 2 tokens (expected: 3, as those before, since nothing is padded)");
            assertInvalid(step, texts("x".repeat(1001)), "input 'text', row 0 has 1001 bytes (expected: at most 1000)");
            ByteBuffer bytes = ByteBuffer.allocate(5)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(1)
                    .put((byte) 0xFF);
            assertInvalid(
                    step,
                    new Tensor(DType.STRING, Shape.of(1), bytes.flip()),
                    "input 'text', row 0: not text (expected: UTF-8)");
            assertInvalid(
                    step,
                    Texts.tensor(Shape.of(1, 2), List.of("a", "b")),
                    "input 'text' has shape [1, 2] (expected: [rows] or [rows, 1])");
            Deadline past = new Deadline(System.nanoTime() - 1);
            assertThatThrownBy(() -> step.apply(Map.of("text", texts("a")), past))
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        }
    }

    private static void assertInvalid(InputStep step, Tensor text, String message) {
        assertThatThrownBy(() -> step.apply(Map.of("text", text), LATER))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage(message);
    }

    /** Some of these end the process that the native library runs in. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "ids":[2],"tokens":["[CLS]"]  | "ids":[],"tokens":[]                 | none
            {"id":"[SEP]","type_id":0}}]  | {"id":"[X]","type_id":0}}]           | refused or ended
            "cleanup":true                | "cleanup":1e400                      | ends the process
            "type":"BertPreTokenizer"     | "type":"Nobody"                      | refused
            "unk_token":"[UNK]"           | "unk_token":"[NO]"                   | refused
            "version":"1.0"               | "version":"1.0                       | is broken
            """)
    void aBrokenTokenizerFailsTheLoadAlone(String found, String put, String kind) throws Exception {
        String json = json("wordpiece.json");
        assertThat(json).contains(found);
        String broken = json.replace(found, put);
        if (kind.equals("none")) {
            open(broken, false, Lengths.DEFAULT, IDS).close();
            return;
        }
        assertThatThrownBy(() -> open(broken, false, Lengths.DEFAULT, IDS))
                .isInstanceOfSatisfying(SlipwayException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
                    assertThat(e).hasMessageStartingWith("tokenizer: file 'tokenizer.json' ");
                    if (!kind.contains(" or ")) {
                        assertThat(e).hasMessageContaining(kind);
                    }
                });
    }

    @Test
    void whatIsNoTokenizerFailsTheLoad() throws Exception {
        for (String json : List.of("", "[]", "{}", "\u0000", "[".repeat(100_000), "{\"model\":" + "[".repeat(60))) {
            assertThatThrownBy(() -> open(json, false, Lengths.DEFAULT, IDS))
                    .hasMessageStartingWith("tokenizer: file 'tokenizer.json' ");
        }
        Lengths two = lengths(1, Lengths.Truncation.LONGEST_FIRST, Lengths.Padding.LONGEST);
        assertThatThrownBy(() -> open(json("wordpiece.json"), false, two, IDS))
                .hasMessageContaining("adds 3 tokens to each text (expected: at most max_length, 1)");
    }

    @Test
    void aModelThatTakesNoTokensIsRefused() {
        assertUnfit("an input that no tokens are for", new TensorSpec("X", DType.FP32, ROWS));
        assertUnfit("the model's input 'input_ids' is FP32", new TensorSpec("input_ids", DType.FP32, ROWS));
        assertUnfit("has no input 'input_ids'", MASK);
        assertUnfit("of shape [any]", new TensorSpec("input_ids", DType.INT64, Shape.of(-1)));
    }

    private void assertUnfit(String part, TensorSpec spec) {
        assertThatThrownBy(() -> open(json("wordpiece.json"), false, Lengths.DEFAULT, spec))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining(part);
    }

    /** The library itself does the same, only slower: over short texts the two are compared. */
    @ParameterizedTest
    @CsvSource({"LONGEST_FIRST", "ONLY_FIRST", "ONLY_SECOND"})
    void textsAreCutAsTheLibraryCutsThem(Lengths.Truncation truncation) throws Exception {
        NativeTokenizers.load();
        String json = json("wordpiece.json");
        TokenizersLibrary library = TokenizersLibrary.LIB;
        long handle = library.createTokenizerFromString(json);
        int compared = 0;
        for (int most = 4; most < 12; most++) {
            library.setTruncation(handle, most, truncation.name(), 0);
            try (Tokenizer tokenizer =
                    Tokenizer.open(library, json, lengths(most, truncation, Lengths.Padding.LONGEST), true)) {
                for (int first = 0; first < 9; first++) {
                    for (int second = 0; second < 9; second++) {
                        String one = "hello ".repeat(first);
                        String other = "world ".repeat(second);
                        int cut = first + second + 3 - most;
                        int room = truncation == Lengths.Truncation.ONLY_FIRST ? first : second;
                        if (cut > 0 && cut >= room && truncation != Lengths.Truncation.LONGEST_FIRST) {
                            assertThatThrownBy(() -> tokenizer.encode(one, other))
                                    .hasMessageContaining("tokens");
                            continue;
                        }
                        long encoding = library.encodeDual(handle, one, other, true);
                        Tokenizer.Tokens made = tokenizer.encode(one, other);
                        assertThat(made.ids())
                                .as("%d and %d of %d", first, second, most)
                                .containsExactly(library.getTokenIds(encoding));
                        assertThat(made.typeIds()).containsExactly(library.getTypeIds(encoding));
                        library.deleteEncoding(encoding);
                        compared++;
                    }
                }
            }
        }
        library.deleteTokenizer(handle);
        assertThat(compared).isGreaterThan(200);
    }
}

package dev.slipway.transforms.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tries a tokenizer, in a process of its own: the native library ends its process over some files. */
public final class TokenizerTrial {
    /** Said last by a trial that went well. */
    static final String WELL = "well";

    /** Texts of many kinds. */
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "The quick brown fox can't jump over 13 lazy dogs, 1,000.5 times!",
            "MiXeD cAsE\tand\n\nlines \u0000\u0001\u007f",
            "é e\u0301 \u00df \u0130 \ufb01 \u2028 \ufeff \ufffd \u200d",
            "漢字 かな 한글 עברית العربية हिन्दी ไทย",
            "\uD83D\uDE00 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \uD835\uDD4F \uDBFF\uDFFF",
            "[CLS] [SEP] [PAD] [UNK] [MASK] <s> </s> <pad> <unk> <|endoftext|> ▁ Ġ ## ##a",
            "x".repeat(5000),
            "word ".repeat(1000));

    private TokenizerTrial() {}

    /** @param arguments the library's file, the tokenizer's, the most tokens of a row, whether special ones are added */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.load(arguments[0]);
        Lengths lengths = new Lengths(
                Integer.parseInt(arguments[2]), Lengths.Truncation.LONGEST_FIRST, Lengths.Padding.LONGEST, 1);
        String json = Files.readString(Path.of(arguments[1]), StandardCharsets.UTF_8);
        boolean addsSpecialTokens = Boolean.parseBoolean(arguments[3]);
        try (Tokenizer tokenizer = Tokenizer.open(TokenizersLibrary.LIB, json, lengths, addsSpecialTokens)) {
            int least = tokenizer.specialTokens(true);
            if (least > lengths.most()) {
                out.println("adds %d tokens to each text (expected: at most max_length, %d)"
                        .formatted(least, lengths.most()));
                return;
            }
            for (String text : TEXTS) {
                tokenizer.encode(text, null);
            }
        } catch (RuntimeException e) {
            out.println("is refused by the tokenizers: " + e.getMessage());
            return;
        }
        out.println(WELL);
    }
}

package dev.slipway.server.config;

import dev.slipway.transforms.text.Lengths;
import dev.slipway.transforms.text.TextInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of the texts that a model is sent. */
final class TextReader {
    private static final Map<String, Lengths.Truncation> TRUNCATIONS = new LinkedHashMap<>();
    private static final Map<String, Lengths.Padding> PADDINGS = new LinkedHashMap<>();

    static {
        for (Lengths.Truncation truncation : Lengths.Truncation.values()) {
            TRUNCATIONS.put(truncation.word(), truncation);
        }
        for (Lengths.Padding padding : Lengths.Padding.values()) {
            PADDINGS.put(padding.word(), padding);
        }
    }

    private final Section text;

    TextReader(Section text) {
        this.text = text;
    }

    /** Null when it makes no sense, which the faults then say. */
    @Nullable
    TextInput read() {
        Path tokenizer = Objects.requireNonNullElse(OutputReader.path(text, "tokenizer"), Path.of("tokenizer.json"));
        String name = text.text("name", "text");
        boolean isPair = text.truth("pair", false);
        Lengths was = Lengths.DEFAULT;
        try {
            int most = text.whole("max_length", 1, was.most());
            Lengths lengths = new Lengths(
                    most,
                    text.choice("truncation", TRUNCATIONS, was.truncation()),
                    text.choice("padding", PADDINGS, was.padding()),
                    text.whole("pad_to_multiple_of", 1, was.multiple()));
            return new TextInput(
                    tokenizer,
                    new TextInput.Names(name, isPair),
                    lengths,
                    text.truth("add_special_tokens", true),
                    text.whole("max_bytes", 1, TextInput.BYTES_MAX));
        } catch (IllegalArgumentException e) {
            text.problem(Objects.requireNonNullElse(e.getMessage(), "makes no sense"));
            return null;
        }
    }
}

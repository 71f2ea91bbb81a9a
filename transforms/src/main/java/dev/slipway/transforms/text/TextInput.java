package dev.slipway.transforms.text;

import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.InputStep;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Clients send text; a model gets tokens.
 *
 * @param tokenizer the file that Hugging Face's libraries call {@code tokenizer.json}
 * @param names what clients call what they send
 * @param lengths how many tokens a row has
 * @param addsSpecialTokens whether the tokenizer adds such as {@code [CLS]}
 * @param bytesMax bytes of one text in UTF-8, at least 1
 */
public record TextInput(Path tokenizer, Names names, Lengths lengths, boolean addsSpecialTokens, int bytesMax)
        implements InputSettings {
    /** As files call it. */
    public static final String TYPE = "text";

    /** Some hundred pages. */
    public static final int BYTES_MAX = 1 << 20;

    /**
     * What clients call what they send.
     *
     * @param text not empty
     * @param isPair whether there is a second text, called {@code _pair} behind the name of the first
     */
    public record Names(String text, boolean isPair) {
        public Names {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("name: empty (expected: at least one character)");
            }
        }

        String pair() {
            return text + "_pair";
        }
    }

    public TextInput {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("max_bytes: %d (expected: at least 1)".formatted(bytesMax));
        }
        if (lengths.truncation() == Lengths.Truncation.ONLY_SECOND && !names.isPair()) {
            throw new IllegalArgumentException("truncation: only_second (expected: with pair)");
        }
    }

    @Override
    public InputStep open(ChainFiles files, Signature model) {
        return TextStep.open(this, files, model);
    }

    @Override
    public List<TensorSpec> fit(ChainFiles files, Signature model) {
        return TextStep.fit(this, files, model);
    }

    @Override
    public Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("type", TYPE);
        keys.put("tokenizer", tokenizer.toString());
        keys.put("name", names.text());
        keys.put("pair", names.isPair());
        keys.putAll(lengths.written());
        keys.put("add_special_tokens", addsSpecialTokens);
        keys.put("max_bytes", bytesMax);
        return keys;
    }
}

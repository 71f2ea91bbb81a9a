package dev.slipway.transforms.text;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How many tokens a row has.
 *
 * @param most tokens of a row, special ones included; 1 to {@value #MOST_MAX}
 * @param truncation what becomes of a text with more
 * @param padding what becomes of a text with fewer
 * @param multiple rows are padded to one of this, from 1, but to no more than {@code most}: requests of alike lengths then
 *     have the same shape, and may run together
 */
public record Lengths(int most, Truncation truncation, Padding padding, int multiple) {
    /** What tokenizers, and most models, can bear. */
    public static final int MOST_MAX = 1 << 20;

    /** As BERT has it. */
    public static final Lengths DEFAULT = new Lengths(512, Truncation.LONGEST_FIRST, Padding.LONGEST, 1);

    /** What becomes of a text with too many tokens. */
    public enum Truncation {
        /** Tokens go from the end of the longer text of a pair. */
        LONGEST_FIRST,
        /** Tokens go from the end of the first text. */
        ONLY_FIRST,
        /** Tokens go from the end of the second text. */
        ONLY_SECOND,
        /** It is refused. */
        ERROR;

        /** As files call it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of a text with fewer tokens than others of its request. */
    public enum Padding {
        /** All are as long as the longest. */
        LONGEST,
        /** All are as long as any may be. */
        MAX_LENGTH,
        /** Texts of different lengths are refused. */
        NONE;

        /** As files call it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Lengths {
        if (most < 1 || most > MOST_MAX) {
            throw new IllegalArgumentException("max_length: %d (expected: 1 to %d)".formatted(most, MOST_MAX));
        }
        if (multiple < 1 || multiple > most) {
            throw new IllegalArgumentException(
                    "pad_to_multiple_of: %d (expected: 1 to max_length, %d)".formatted(multiple, most));
        }
    }

    /** Tokens that each row of a request is padded to. */
    int padded(int longest) {
        return switch (padding) {
            case MAX_LENGTH -> most;
            case LONGEST -> (int) Math.min(most, ((long) longest + multiple - 1) / multiple * multiple);
            case NONE -> longest;
        };
    }

    Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("max_length", most);
        keys.put("truncation", truncation.word());
        keys.put("padding", padding.word());
        if (multiple > 1) {
            keys.put("pad_to_multiple_of", multiple);
        }
        return keys;
    }
}

package dev.slipway.transforms.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer of the native library, which makes the tokens of each text by itself. Cutting them to length, and setting special
 * ones around them, is done here: over a pair of long texts the library would take a time that grows with the product of their
 * lengths. Thread-safe, but for {@link #close}, which nothing else may run beside or after.
 */
final class Tokenizer implements AutoCloseable {
    /** One of these has tokens in any tokenizer that is of use. */
    private static final List<String> SAMPLES = List.of("a", "the", "1", "\u4E2D", "hello", "x y z");

    private final TokenizersLibrary library;
    private final AtomicLong handle;
    private final Lengths lengths;
    private final Frame single;
    private final Frame pair;

    private Tokenizer(TokenizersLibrary library, long handle, Lengths lengths, boolean addsSpecialTokens) {
        this.library = library;
        this.handle = new AtomicLong(handle);
        this.lengths = lengths;
        library.disablePadding(handle);
        library.disableTruncation(handle);
        String sample = SAMPLES.stream()
                .filter(text -> ids(text).length > 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no token in any of " + SAMPLES));
        single = frame(sample, false, addsSpecialTokens);
        pair = frame(sample, true, addsSpecialTokens);
    }

    /**
     * What a text became.
     *
     * @param ids of its tokens
     * @param typeIds 0 for those of the first text, 1 for those of the second; or as the tokenizer has it
     */
    @SuppressWarnings("ArrayRecordComponent") // As many as tokens are: never compared.
    record Tokens(long[] ids, long[] typeIds) {}

    /**
     * What stands around texts.
     *
     * @param tokens special ones; what is before, between and behind the texts
     * @param types of the texts' own tokens, a number each
     */
    @SuppressWarnings("ArrayRecordComponent") // Never leaves this class.
    private record Frame(List<Tokens> tokens, long[] types) {
        int count() {
            return tokens.stream().mapToInt(part -> part.ids().length).sum();
        }
    }

    /**
     * @param library loaded
     * @param json that was tried: this process ends over some that were not
     * @throws RuntimeException when the library refuses it, or special tokens stand elsewhere than around texts
     */
    static Tokenizer open(TokenizersLibrary library, String json, Lengths lengths, boolean addsSpecialTokens) {
        long handle = library.createTokenizerFromString(json);
        boolean isOpen = false;
        try {
            Tokenizer tokenizer = new Tokenizer(library, handle, lengths, addsSpecialTokens);
            isOpen = true;
            return tokenizer;
        } finally {
            if (!isOpen) {
                library.deleteTokenizer(handle);
            }
        }
    }

    private long[] ids(String text) {
        long encoding = library.encode(handle.get(), text, false);
        try {
            return library.getTokenIds(encoding);
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    private Frame frame(String sample, boolean isPair, boolean addsSpecialTokens) {
        long[] own = ids(sample);
        long open = handle.get();
        long encoding = isPair
                ? library.encodeDual(open, sample, sample, addsSpecialTokens)
                : library.encode(open, sample, addsSpecialTokens);
        try {
            long[] ids = library.getTokenIds(encoding);
            long[] types = library.getTypeIds(encoding);
            long[] special = library.getSpecialTokenMask(encoding);
            List<Tokens> parts = new ArrayList<>();
            long[] textTypes = new long[isPair ? 2 : 1];
            int at = 0;
            for (int text = 0; text <= textTypes.length; text++) {
                int from = at;
                while (at < ids.length && special[at] == 1) {
                    at++;
                }
                parts.add(new Tokens(Arrays.copyOfRange(ids, from, at), Arrays.copyOfRange(types, from, at)));
                if (text < textTypes.length) {
                    if (at + own.length > ids.length || !Arrays.equals(own, 0, own.length, ids, at, at + own.length)) {
                        throw new IllegalArgumentException("its post_processor changes more than what is around texts");
                    }
                    textTypes[text] = types[at];
                    at += own.length;
                }
            }
            if (at < ids.length) {
                throw new IllegalArgumentException("its post_processor changes more than what is around texts");
            }
            return new Frame(parts, textTypes);
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    /** Special tokens beside those of texts: of one, or of two. */
    int specialTokens(boolean isPair) {
        return (isPair ? pair : single).count();
    }

    /**
     * @param second the second text; null for none
     * @throws SlipwayException {@code INVALID_ARGUMENT} when there are too many tokens, and they are not to be cut
     */
    Tokens encode(String text, @Nullable String second) {
        Frame frame = second == null ? single : pair;
        long[][] texts = second == null ? new long[][] {ids(text)} : new long[][] {ids(text), ids(second)};
        int[] kept = kept(texts, lengths.most() - frame.count());
        int count = frame.count() + Arrays.stream(kept).sum();
        long[] ids = new long[count];
        long[] types = new long[count];
        int at = 0;
        for (int part = 0; part <= texts.length; part++) {
            Tokens special = frame.tokens().get(part);
            System.arraycopy(special.ids(), 0, ids, at, special.ids().length);
            System.arraycopy(special.typeIds(), 0, types, at, special.ids().length);
            at += special.ids().length;
            if (part < texts.length) {
                System.arraycopy(texts[part], 0, ids, at, kept[part]);
                Arrays.fill(types, at, at + kept[part], frame.types()[part]);
                at += kept[part];
            }
        }
        return new Tokens(ids, types);
    }

    /** How many tokens of each text are kept, as Hugging Face's tokenizers have it. */
    private int[] kept(long[][] texts, int most) {
        int[] kept = Arrays.stream(texts).mapToInt(ids -> ids.length).toArray();
        int tooMany = Arrays.stream(kept).sum() - most;
        if (tooMany <= 0) {
            return kept;
        }
        Lengths.Truncation truncation = lengths.truncation();
        if (truncation == Lengths.Truncation.LONGEST_FIRST) {
            return kept.length == 1 ? new int[] {most} : longestFirst(kept, most);
        }
        int cut = truncation == Lengths.Truncation.ONLY_SECOND ? 1 : 0;
        if (truncation == Lengths.Truncation.ERROR || cut >= kept.length || kept[cut] <= tooMany) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "has %d tokens (expected: at most %d)".formatted(lengths.most() + tooMany, lengths.most()));
        }
        kept[cut] -= tooMany;
        return kept;
    }

    /** The shorter text stays whole where it takes less than half; else each takes half. */
    private static int[] longestFirst(int[] kept, int most) {
        int shorter = kept[0] <= kept[1] ? 0 : 1;
        if (kept[shorter] <= most / 2) {
            kept[1 - shorter] = most - kept[shorter];
        } else {
            kept[shorter] = most / 2;
            kept[1 - shorter] = most - most / 2;
        }
        return kept;
    }

    @Override
    public void close() {
        long open = handle.getAndSet(0);
        if (open != 0) {
            library.deleteTokenizer(open);
        }
    }
}

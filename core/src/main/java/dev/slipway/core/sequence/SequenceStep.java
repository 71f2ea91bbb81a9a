package dev.slipway.core.sequence;

/**
 * What a request says of the sequence that it belongs to.
 *
 * @param number the sequence's id, unsigned; 0 where it is text
 * @param text the sequence's id; empty where it is a number
 * @param starts whether the sequence begins with it, anew if it was there
 * @param ends whether the sequence is over after it
 */
public record SequenceStep(long number, String text, boolean starts, boolean ends) {
    /** Of a request that names no sequence. */
    public static final SequenceStep NONE = new SequenceStep(0, "", false, false);

    /** Whether it names a sequence. */
    public boolean isNamed() {
        return number != 0 || !text.isEmpty();
    }

    /** The id, as messages say it. */
    String id() {
        return text.isEmpty() ? Long.toUnsignedString(number) : text;
    }

    /** Numbers and texts are not mistaken for each other. */
    Object key() {
        return text.isEmpty() ? (Object) number : text;
    }
}

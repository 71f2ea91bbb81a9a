package dev.slipway.protocol.openinference;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;

/**
 * What a request says of the sequence that it belongs to: Triton's sequence extension.
 *
 * @param number the sequence's id, unsigned; 0 where it is text, or there is none
 * @param text the sequence's id; empty where it is a number
 * @param starts whether the sequence begins with this request
 * @param ends whether the sequence is over after this request
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_sequence.md">Triton:
 *     sequence extension</a>
 */
public record SequenceParameters(long number, String text, boolean starts, boolean ends) {
    /** Of a request that belongs to none. */
    public static final SequenceParameters NONE = new SequenceParameters(0, "", false, false);

    public static final String ID = "sequence_id";
    public static final String START = "sequence_start";
    public static final String END = "sequence_end";

    /** As in Triton. */
    private static final int TEXT_LENGTH_MAX = 128;

    public SequenceParameters withNumber(long id) {
        return new SequenceParameters(id, "", starts, ends);
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it is too long */
    public SequenceParameters withText(String id) {
        if (id.length() > TEXT_LENGTH_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "parameter '%s' has %d characters (expected: at most %d)"
                            .formatted(ID, id.length(), TEXT_LENGTH_MAX));
        }
        return new SequenceParameters(0, id, starts, ends);
    }

    public SequenceParameters withStart(boolean isStart) {
        return new SequenceParameters(number, text, isStart, ends);
    }

    public SequenceParameters withEnd(boolean isEnd) {
        return new SequenceParameters(number, text, starts, isEnd);
    }
}

package dev.slipway.transforms.text;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.Numbers;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of tokens that a model takes: INT64 or INT32, {@code [rows, tokens]}.
 *
 * @param slots the model's inputs, by name
 * @param lengths as settings say, or the model's shapes where these are fixed
 */
record TokenTensors(Map<String, Slot> slots, TokenizerFile file, Lengths lengths) {
    /** Tokens of one request, padded: 128 MiB for each tensor of INT64. */
    private static final long TOKENS_MAX = 16L << 20;

    private static final Map<String, Role> BY_NAME = Map.of(
            "input_ids", Role.IDS,
            "attention_mask", Role.MASK,
            "input_mask", Role.MASK,
            "token_type_ids", Role.TYPES,
            "segment_ids", Role.TYPES,
            "position_ids", Role.POSITIONS);

    /** An input, and what it holds. */
    record Slot(Role role, DType dtype) {}

    /** What an input holds. */
    enum Role {
        IDS,
        MASK,
        TYPES,
        POSITIONS
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the model does not take tokens, saying which input */
    static TokenTensors of(Signature model, TokenizerFile file, Lengths lengths) {
        Map<String, Slot> slots = new LinkedHashMap<>();
        Lengths found = lengths;
        for (TensorSpec spec : model.inputs()) {
            Role role = BY_NAME.get(spec.name());
            if (role == null) {
                throw unfit(
                        spec,
                        "an input that no tokens are for",
                        "input_ids, attention_mask or input_mask, " + "token_type_ids or segment_ids, position_ids");
            }
            if (spec.dtype() != DType.INT64 && spec.dtype() != DType.INT32) {
                throw unfit(spec, spec.dtype(), "INT64 or INT32");
            }
            Shape shape = spec.shape();
            if (!shape.isAnyRank() && shape.rank() != 2) {
                throw unfit(spec, "of shape " + shape, "[rows, tokens]");
            }
            if (!shape.isAnyRank() && shape.dim(1) > 0) {
                found = fixed(spec, found);
            }
            slots.put(spec.name(), new Slot(role, spec.dtype()));
        }
        if (slots.values().stream().noneMatch(slot -> slot.role() == Role.IDS)) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION, "text: the model has no input 'input_ids' (expected: one)");
        }
        return new TokenTensors(slots, file, found);
    }

    /** A model that takes a fixed number of tokens gets as many. */
    private static Lengths fixed(TensorSpec spec, Lengths lengths) {
        long tokens = spec.shape().dim(1);
        if (tokens > lengths.most() && lengths.padding() != Lengths.Padding.LONGEST) {
            throw unfit(spec, "of shape " + spec.shape(), "as many tokens as max_length, " + lengths.most());
        }
        return new Lengths(
                (int) Math.min(tokens, Lengths.MOST_MAX), lengths.truncation(), Lengths.Padding.MAX_LENGTH, 1);
    }

    private static SlipwayException unfit(TensorSpec spec, Object found, String expected) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                "text: the model's input '%s' is %s (expected: %s)".formatted(spec.name(), found, expected));
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when a request has too many tokens */
    void check(long tokens) {
        if (tokens > TOKENS_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "texts of %d tokens, padded (expected: at most %d in a request)".formatted(tokens, TOKENS_MAX));
        }
    }

    Map<String, Tensor> make(List<Tokenizer.Tokens> rows) {
        int longest = 0;
        for (int row = 0; row < rows.size(); row++) {
            int length = rows.get(row).ids().length;
            if (lengths.padding() == Lengths.Padding.NONE && row > 0 && length != longest) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "row %d has %d tokens (expected: %d, as those before, since nothing is padded)"
                                .formatted(row, length, longest));
            }
            longest = Math.max(longest, length);
        }
        int width = lengths.padded(longest);
        check((long) rows.size() * width);
        Map<String, Tensor> made = new LinkedHashMap<>();
        slots.forEach((name, slot) -> made.put(name, tensor(slot.role(), slot.dtype(), rows, width)));
        return made;
    }

    private Tensor tensor(Role role, DType dtype, List<Tokenizer.Tokens> rows, int width) {
        Shape shape = Shape.of(rows.size(), width);
        ByteBuffer data = Numbers.allocate(dtype, shape);
        for (Tokenizer.Tokens row : rows) {
            int length = row.ids().length;
            int first = file.padsLeft() ? width - length : 0;
            for (int at = 0; at < width; at++) {
                int token = at - first;
                long value = token < 0 || token >= length ? padding(role) : value(role, row, token);
                if (dtype == DType.INT32) {
                    data.putInt((int) value);
                } else {
                    data.putLong(value);
                }
            }
        }
        return new Tensor(dtype, shape, data.flip());
    }

    private long padding(Role role) {
        return switch (role) {
            case IDS -> file.padId();
            case TYPES -> file.padTypeId();
            case MASK, POSITIONS -> 0;
        };
    }

    private static long value(Role role, Tokenizer.Tokens row, int token) {
        return switch (role) {
            case IDS -> row.ids()[token];
            case MASK -> 1;
            case TYPES -> row.typeIds()[token];
            case POSITIONS -> token;
        };
    }
}

package dev.slipway.api;

/**
 * What a signature says of one input or output.
 *
 * @param name any characters; not empty
 * @param dtype the type of its elements
 * @param shape -1 for any size, {@link Shape#ANY} for any rank
 * @param sequence whether an output is a sequence of tensors whose length only the run tells: its tensors are answered
 *     as {@code NAME/0}, {@code NAME/1} and so on
 * @param optional whether a request may leave an input out, or some of its elements: a row that lacks it has NaN there, or
 *     empty text
 */
public record TensorSpec(String name, DType dtype, Shape shape, boolean sequence, boolean optional) {
    public TensorSpec {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: empty (expected: at least one character)");
        }
        if (optional && dtype != DType.STRING && !dtype.isFloat()) {
            throw new IllegalArgumentException(
                    "optional: dtype %s of '%s' has no value for what is missing (expected: STRING or a float)"
                            .formatted(dtype, name));
        }
    }

    /** An input that requests must have, or an output. */
    public TensorSpec(String name, DType dtype, Shape shape, boolean sequence) {
        this(name, dtype, shape, sequence, false);
    }

    public TensorSpec(String name, DType dtype, Shape shape) {
        this(name, dtype, shape, false);
    }
}

package dev.slipway.protocol;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * Checks what a request feeds against the signature that it is for. Every method throws {@link SlipwayException}
 * {@code INVALID_ARGUMENT} when something is wrong.
 */
public final class InputCheck {
    private static final int NAMES_SHOWN_MAX = 10;
    private static final int NAME_LENGTH_MAX = 80;

    private InputCheck() {}

    /** The input that is called {@code name}. */
    public static TensorSpec input(Signature signature, String name) {
        return signature.input(name).orElseThrow(() -> mismatch("", List.of(), List.of(name), signature.inputs()));
    }

    /** The output that is called {@code name}. */
    public static TensorSpec output(Signature signature, String name) {
        return signature
                .output(name)
                .orElseThrow(() ->
                        invalid("unknown output '%s' (expected: %s)".formatted(name, names(signature.outputs()))));
    }

    /**
     * Checks that all inputs are there but optional ones, and no others.
     *
     * @param given the names that are there
     * @param where what they stand in, for the message: {@code "row 3: "}, or empty
     */
    public static void names(Signature signature, Set<String> given, String where) {
        List<String> missing = signature.inputs().stream()
                .filter(spec -> !spec.optional())
                .map(TensorSpec::name)
                .filter(name -> !given.contains(name))
                .toList();
        List<String> unknown = given.stream()
                .filter(name -> signature.input(name).isEmpty())
                .limit(NAMES_SHOWN_MAX)
                .toList();
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw mismatch(where, missing, unknown, signature.inputs());
        }
    }

    /** Checks a dtype that the request names. */
    public static void dtype(TensorSpec spec, DType dtype) {
        if (dtype != spec.dtype()) {
            throw invalid("input '%s' has dtype %s (expected: %s)".formatted(spec.name(), dtype, spec.dtype()));
        }
    }

    /** Checks the number of axes and the sizes along them. */
    public static void shape(TensorSpec spec, Shape shape) {
        if (!spec.shape().accepts(shape)) {
            throw invalid("input '%s' has shape %s (expected: %s)".formatted(spec.name(), shape, spec.shape()));
        }
    }

    /**
     * Makes a tensor of bytes as they came, without copying them, and checks that they are elements of the dtype: the
     * right number of bytes, BOOL 0 or 1, and lengths of STRING that add up.
     *
     * @param data the elements from position to limit, laid out as {@link DType} says
     */
    public static Tensor tensor(String input, DType dtype, Shape shape, ByteBuffer data) {
        if (dtype == DType.STRING) {
            checkStrings(input, shape, data);
        } else {
            long elements = shape.elementCount();
            long most = data.remaining() / Math.max(1, dtype.byteSize());
            if (elements > most || elements * dtype.byteSize() != data.remaining()) {
                throw invalid("input '%s' has %d bytes of data (expected: %s for %s%s)"
                        .formatted(input, data.remaining(), bytes(elements, dtype), dtype, shape));
            }
        }
        if (dtype == DType.BOOL) {
            checkBools(input, data);
        }
        return new Tensor(dtype, shape, data);
    }

    private static String bytes(long elements, DType dtype) {
        long bytes = elements * dtype.byteSize();
        return Math.multiplyHigh(elements, dtype.byteSize()) == 0 && bytes >= 0 ? String.valueOf(bytes) : "over 2^63";
    }

    private static void checkBools(String input, ByteBuffer data) {
        for (int at = data.position(); at < data.limit(); at++) {
            if ((data.get(at) & 0xFE) != 0) {
                throw invalid("input '%s' holds %d as element %d (expected: BOOL, a byte of 0 or 1)"
                        .formatted(input, data.get(at) & 0xFF, at - data.position()));
            }
        }
    }

    private static void checkStrings(String input, Shape shape, ByteBuffer data) {
        ByteBuffer view = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long expected = shape.elementCount();
        long elements = 0;
        while (view.hasRemaining()) {
            long length = view.remaining() < 4 ? -1 : view.getInt() & 0xFFFF_FFFFL;
            if (length < 0 || length > view.remaining()) {
                throw invalid("input '%s' has data that end within element %d (expected: %d elements of 4 bytes of"
                                .formatted(input, elements, expected)
                        + " little-endian length and as many bytes)");
            }
            view.position(view.position() + (int) length);
            elements++;
        }
        if (elements != expected) {
            throw invalid("input '%s' has %d elements of data (expected: %d for %s%s)"
                    .formatted(input, elements, expected, DType.STRING, shape));
        }
    }

    private static SlipwayException mismatch(
            String where, List<String> missing, List<String> unknown, List<TensorSpec> known) {
        StringJoiner faults = new StringJoiner("; ");
        missing.stream().limit(NAMES_SHOWN_MAX).forEach(name -> faults.add("missing input " + quoted(name)));
        unknown.stream().limit(NAMES_SHOWN_MAX).forEach(name -> faults.add("unknown input " + quoted(name)));
        return invalid("%s%s (expected: %s)".formatted(where, faults, names(known)));
    }

    /** The names of {@code specs} as messages show them: {@code 'x', 'y'}; cut when they are many. */
    public static String names(List<TensorSpec> specs) {
        if (specs.isEmpty()) {
            return "none";
        }
        String names = specs.stream()
                .limit(NAMES_SHOWN_MAX)
                .map(spec -> quoted(spec.name()))
                .collect(Collectors.joining(", "));
        return specs.size() > NAMES_SHOWN_MAX ? names + ", ..." : names;
    }

    private static String quoted(String name) {
        return "'" + (name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX - 3) + "...") + "'";
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

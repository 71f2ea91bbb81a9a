package dev.slipway.backend.common;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.DType;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link RowTable}: of each wanted output one number or text a row, or several for outputs of shape {@code
 * [-1, n]}. What is not set is NaN, or empty text.
 */
public final class RowAnswer {
    private final int rows;
    private final Map<String, TensorSpec> specs = new LinkedHashMap<>();
    private final Map<String, double[]> numbers = new LinkedHashMap<>();
    private final Map<String, @Nullable String[]> texts = new LinkedHashMap<>();

    /**
     * @param signature whose outputs are FP32, FP64 or STRING, of shape {@code [-1]} or {@code [-1, n]}
     * @param wanted names of outputs; empty for all
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a name that is unknown, or comes twice
     */
    public RowAnswer(Signature signature, List<String> wanted, int rows) {
        this.rows = rows;
        List<String> known = signature.outputs().stream().map(TensorSpec::name).toList();
        for (String name : wanted.isEmpty() ? known : wanted) {
            int place = known.indexOf(name);
            if (place < 0 || specs.containsKey(name)) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "output '%s' is %s (expected: each at most once, of %s)"
                                .formatted(name, place < 0 ? "unknown" : "asked for twice", known));
            }
            TensorSpec spec = signature.outputs().get(place);
            specs.put(name, spec);
            int size = Math.multiplyExact(rows, width(spec));
            if (spec.dtype() == DType.STRING) {
                texts.put(name, new String[size]);
            } else {
                double[] values = new double[size];
                Arrays.fill(values, Double.NaN);
                numbers.put(name, values);
            }
        }
    }

    /** Sets a number of an output that is wanted, and of this kind; does nothing for others. */
    public void set(String output, int row, double... values) {
        double[] column = numbers.get(output);
        if (column != null) {
            System.arraycopy(values, 0, column, row * (column.length / rows), values.length);
        }
    }

    /** Sets text of an output that is wanted, and of this kind; does nothing for others. */
    public void set(String output, int row, String value) {
        @Nullable String[] column = texts.get(output);
        if (column != null) {
            column[row] = value;
        }
    }

    /** What was set, as tensors. */
    public InferenceResult toResult() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        specs.forEach((name, spec) -> {
            Shape shape = spec.shape().withFirst(rows);
            double[] values = numbers.get(name);
            @Nullable String[] words = texts.get(name);
            outputs.put(
                    name,
                    new Tensor(
                            spec.dtype(),
                            shape,
                            values != null ? pack(spec.dtype(), values) : pack(words == null ? new String[0] : words)));
        });
        return new Rows(Collections.unmodifiableMap(outputs));
    }

    private static int width(TensorSpec spec) {
        return spec.shape().rank() < 2 ? 1 : (int) spec.shape().dim(1);
    }

    private static ByteBuffer pack(DType dtype, double[] values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (dtype == DType.FP32) {
                data.putFloat((float) value);
            } else {
                data.putDouble(value);
            }
        }
        return data.flip();
    }

    private static ByteBuffer pack(@Nullable String[] words) {
        byte[][] encoded = new byte[words.length][];
        int bytes = 0;
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            encoded[i] = word == null ? new byte[0] : word.getBytes(StandardCharsets.UTF_8);
            bytes = Math.addExact(bytes, 4 + encoded[i].length);
        }
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] word : encoded) {
            data.putInt(word.length).put(word);
        }
        return data.flip();
    }

    /** Outputs in memory of the JVM's own; closing gives nothing back. */
    private record Rows(Map<String, Tensor> outputs) implements InferenceResult {
        @Override
        public void close() {
            // The garbage collector does it.
        }
    }
}

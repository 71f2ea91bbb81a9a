package dev.slipway.backend.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a cell that has several gates, side by side as Keras has them since version 2: a kernel
 * {@code [in, gates * units]}, a recurrent kernel {@code [units, gates * units]} and biases {@code [rows, gates * units]}.
 *
 * @param call of the layer or cell
 * @param key names the weights
 * @param in size of the input
 * @param units size of the state
 * @param count of gates
 * @param kernel reads the kernel
 * @param recurrent reads the recurrent kernel
 * @param bias reads the biases; null where there are none
 * @param biasRows 1, or 2 where the recurrent product has biases of its own
 */
record Gates(
        Call call,
        String key,
        int in,
        int units,
        int count,
        Supplier<float[]> kernel,
        Supplier<float[]> recurrent,
        @Nullable Supplier<float[]> bias,
        int biasRows) {

    /**
     * @param in size of the input
     * @param order where Keras 1, which had three weights for each gate, wrote each of the gates
     * @param biasRows 1 or 2
     */
    static Gates of(Call call, long in, int[] order, int biasRows) {
        LayerConfig config = call.config();
        int units = config.count(1, "units", "output_dim");
        int size = Math.toIntExact(in);
        int count = order.length;
        if (call.dialect().major() == 1 && count > 1) {
            return old(call, size, units, order);
        }
        long all = (long) count * units;
        Weight kernel = call.weight("kernel", in, all);
        Weight recurrent = call.weight("recurrent_kernel", units, all);
        Weight bias = null;
        if (config.flag(true, "use_bias")) {
            bias = biasRows == 2 ? call.weight("bias", 2, all) : call.weight("bias", all);
        }
        Weight read = bias;
        return new Gates(
                call,
                kernel.path(),
                size,
                units,
                count,
                () -> Call.checked(kernel),
                () -> Call.checked(recurrent),
                read == null ? null : () -> Call.checked(read),
                biasRows);
    }

    private static Gates old(Call call, int in, int units, int[] order) {
        int count = order.length;
        List<Weight> kernels = new ArrayList<>();
        List<Weight> recurrents = new ArrayList<>();
        List<Weight> biases = new ArrayList<>();
        for (int gate = 0; gate < count; gate++) {
            kernels.add(call.weight("W" + gate, in, units));
            recurrents.add(call.weight("U" + gate, units, units));
            biases.add(call.weight("b" + gate, units));
        }
        return new Gates(
                call,
                kernels.get(0).path(),
                in,
                units,
                count,
                () -> side(kernels, order, in, units),
                () -> side(recurrents, order, units, units),
                () -> side(biases, order, 1, units),
                1);
    }

    /** Matrices side by side. */
    private static float[] side(List<Weight> parts, int[] order, int rows, int columns) {
        float[] all = new float[Math.multiplyExact(rows, columns * parts.size())];
        for (int gate = 0; gate < parts.size(); gate++) {
            float[] part = Call.checked(parts.get(order[gate]));
            for (int row = 0; row < rows; row++) {
                System.arraycopy(part, row * columns, all, (row * parts.size() + gate) * columns, columns);
            }
        }
        return all;
    }

    private Value floats(String what, long[] dims, Supplier<float[]> values) {
        return call.ops().graph().floats(key + "|" + what, dims, values);
    }

    Value kernelValue() {
        return floats("kernel", new long[] {in, (long) count * units}, kernel);
    }

    Value recurrentValue() {
        return floats("recurrent", new long[] {units, (long) count * units}, recurrent);
    }

    /** The recurrent kernel of the last gates only, from {@code from} on, or of those before. */
    Value recurrentPart(int from, int to) {
        return floats("recurrent " + from + to, new long[] {units, (long) (to - from) * units}, () -> {
            float[] all = recurrent.get();
            int width = (to - from) * units;
            float[] part = new float[units * width];
            for (int row = 0; row < units; row++) {
                System.arraycopy(all, row * count * units + from * units, part, row * width, width);
            }
            return part;
        });
    }

    /** The biases of a row; null where there are none. */
    @Nullable
    Value biasValue(int row) {
        Supplier<float[]> read = bias;
        if (read == null || row >= biasRows) {
            return null;
        }
        int width = count * units;
        return floats(
                "bias" + row,
                new long[] {width},
                () -> java.util.Arrays.copyOfRange(read.get(), row * width, (row + 1) * width));
    }

    /** The kernel as ONNX's recurrent operators take it: {@code [1, gates * units, in]}, gates in ONNX's order. */
    Value onnxKernel(int[] order) {
        return floats("W", new long[] {1, (long) count * units, in}, () -> turned(kernel.get(), in, order));
    }

    /** As {@link #onnxKernel}, of the recurrent kernel. */
    Value onnxRecurrent(int[] order) {
        return floats("R", new long[] {1, (long) count * units, units}, () -> turned(recurrent.get(), units, order));
    }

    /** The biases as ONNX's recurrent operators take them: {@code [1, 2 * gates * units]}. */
    Value onnxBias(int[] order) {
        int width = count * units;
        return floats("B", new long[] {1, 2L * width}, () -> {
            float[] all = new float[2 * width];
            Supplier<float[]> read = bias;
            if (read != null) {
                float[] values = read.get();
                for (int row = 0; row < biasRows; row++) {
                    for (int gate = 0; gate < count; gate++) {
                        System.arraycopy(
                                values, row * width + order[gate] * units, all, row * width + gate * units, units);
                    }
                }
            }
            return all;
        });
    }

    private float[] turned(float[] values, int rows, int[] order) {
        float[] result = new float[values.length];
        for (int gate = 0; gate < count; gate++) {
            for (int unit = 0; unit < units; unit++) {
                for (int row = 0; row < rows; row++) {
                    result[(gate * units + unit) * rows + row] =
                            values[row * count * units + order[gate] * units + unit];
                }
            }
        }
        return result;
    }
}

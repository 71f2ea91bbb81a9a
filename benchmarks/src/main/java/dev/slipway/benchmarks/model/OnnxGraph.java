package dev.slipway.benchmarks.model;

import static dev.slipway.benchmarks.wire.Proto.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an ONNX model with one float32 input {@code x} and one float32 output {@code y}, whose batch may have any size.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">the numbers of the fields</a>
 */
final class OnnxGraph {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final String BATCH = "N";

    private final List<byte[]> nodes = new ArrayList<>();
    private final List<byte[]> initializers = new ArrayList<>();

    /** Adds an operator without attributes, from {@code inputs} to {@code output}. */
    OnnxGraph node(String operator, List<String> inputs, String output) {
        nodes.add(message(node -> {
            for (String input : inputs) {
                node.writeString(1, input);
            }
            node.writeString(2, output);
            node.writeString(3, output);
            node.writeString(4, operator);
        }));
        return this;
    }

    /** Adds a constant float32 tensor. */
    OnnxGraph floats(String name, List<Integer> shape, float[] values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, FLOAT, shape, raw.array());
    }

    /** Adds a constant int64 vector. */
    OnnxGraph integers(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return tensor(name, INT64, List.of(values.length), raw.array());
    }

    private OnnxGraph tensor(String name, int type, List<Integer> shape, byte[] raw) {
        initializers.add(message(tensor -> {
            for (int size : shape) {
                tensor.writeInt64(1, size);
            }
            tensor.writeInt32(2, type);
            tensor.writeString(8, name);
            tensor.writeByteArray(9, raw);
        }));
        return this;
    }

    /** The model's bytes, for rows of {@code inputs} values in and {@code outputs} values out. */
    byte[] model(int inputs, int outputs) {
        return model(List.of(inputs), outputs);
    }

    /** The model's bytes, for rows of the shape {@code inputs} in and {@code outputs} values out. */
    byte[] model(List<Integer> inputs, int outputs) {
        byte[] graph = message(out -> {
            for (byte[] node : nodes) {
                out.writeByteArray(1, node);
            }
            out.writeString(2, "benchmark");
            for (byte[] initializer : initializers) {
                out.writeByteArray(5, initializer);
            }
            out.writeByteArray(11, value("x", inputs));
            out.writeByteArray(12, value("y", List.of(outputs)));
        });
        return message(model -> {
            model.writeInt64(1, IR_VERSION);
            model.writeString(2, "slipway-benchmarks");
            model.writeByteArray(7, graph);
            model.writeByteArray(8, message(opset -> {
                opset.writeString(1, "");
                opset.writeInt64(2, OPSET);
            }));
        });
    }

    private static byte[] value(String name, List<Integer> row) {
        byte[] shape = message(dimensions -> {
            dimensions.writeByteArray(1, message(batch -> batch.writeString(2, BATCH)));
            for (int size : row) {
                dimensions.writeByteArray(1, message(dimension -> dimension.writeInt64(1, size)));
            }
        });
        byte[] tensor = message(type -> {
            type.writeInt32(1, FLOAT);
            type.writeByteArray(2, shape);
        });
        return message(info -> {
            info.writeString(1, name);
            info.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
    }
}

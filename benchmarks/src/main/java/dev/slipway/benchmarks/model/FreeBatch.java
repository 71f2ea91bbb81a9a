package dev.slipway.benchmarks.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Frees the batch dimension of an ONNX model that was exported for one row, so that a server may join rows: in its input
 * and output, and in the constant shapes to which it reshapes.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">the numbers of the fields</a>
 */
final class FreeBatch {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OPERATOR = 4;
    private static final int TENSOR_INT64_DATA = 7;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;
    private static final int VALUE_NAME = 1;
    private static final int VALUE_TYPE = 2;
    private static final int TYPE_TENSOR = 1;
    private static final int TENSOR_SHAPE = 2;
    private static final int SHAPE_DIMENSION = 1;
    private static final int DIMENSION_NAME = 2;

    private final Set<String> values;

    private FreeBatch(Set<String> values) {
        this.values = values;
    }

    /**
     * The model with a free batch.
     *
     * @param input the name of its input, as initializers are inputs too
     * @param output the name of its output
     * @throws InvalidProtocolBufferException when it is no protobuf message
     */
    static byte[] of(byte[] model, String input, String output) throws InvalidProtocolBufferException {
        FreeBatch free = new FreeBatch(Set.of(input, output));
        return changed(UnknownFieldSet.parseFrom(model), MODEL_GRAPH, free::graph)
                .toByteArray();
    }

    private UnknownFieldSet graph(UnknownFieldSet graph) {
        Set<String> shapes = shapesOfReshapes(graph);
        UnknownFieldSet inputs = changed(graph, GRAPH_INPUT, this::value);
        UnknownFieldSet outputs = changed(inputs, GRAPH_OUTPUT, this::value);
        return changed(
                outputs,
                GRAPH_INITIALIZER,
                tensor -> shapes.contains(text(tensor, TENSOR_NAME, 0)) ? batchOfInput(tensor) : tensor);
    }

    private static Set<String> shapesOfReshapes(UnknownFieldSet graph) {
        Set<String> names = new HashSet<>();
        for (ByteString bytes : graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
            UnknownFieldSet node = parsed(bytes);
            if (text(node, NODE_OPERATOR, 0).equals("Reshape")) {
                names.add(text(node, NODE_INPUT, 1));
            }
        }
        return names;
    }

    private UnknownFieldSet value(UnknownFieldSet value) {
        if (!values.contains(text(value, VALUE_NAME, 0))) {
            return value;
        }
        return changed(
                value,
                VALUE_TYPE,
                type -> changed(type, TYPE_TENSOR, tensor -> changed(tensor, TENSOR_SHAPE, FreeBatch::freed)));
    }

    private static UnknownFieldSet freed(UnknownFieldSet shape) {
        List<ByteString> dimensions =
                new ArrayList<>(shape.getField(SHAPE_DIMENSION).getLengthDelimitedList());
        Field name = Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("N"))
                .build();
        dimensions.set(
                0,
                UnknownFieldSet.newBuilder()
                        .addField(DIMENSION_NAME, name)
                        .build()
                        .toByteString());
        return with(shape, SHAPE_DIMENSION, dimensions);
    }

    /** A shape whose first size is 0: that of the tensor which is reshaped. */
    private static UnknownFieldSet batchOfInput(UnknownFieldSet tensor) {
        List<ByteString> raw = tensor.getField(TENSOR_RAW_DATA).getLengthDelimitedList();
        if (!raw.isEmpty()) {
            byte[] bytes = raw.get(0).toByteArray();
            Arrays.fill(bytes, 0, Long.BYTES, (byte) 0);
            return with(tensor, TENSOR_RAW_DATA, List.of(ByteString.copyFrom(bytes)));
        }
        List<ByteString> packed = tensor.getField(TENSOR_INT64_DATA).getLengthDelimitedList();
        if (!packed.isEmpty()) {
            // A size of 1 is one byte.
            ByteString rest = packed.get(0).substring(1);
            return with(
                    tensor,
                    TENSOR_INT64_DATA,
                    List.of(ByteString.copyFrom(new byte[1]).concat(rest)));
        }
        List<Long> sizes = new ArrayList<>(tensor.getField(TENSOR_INT64_DATA).getVarintList());
        sizes.set(0, 0L);
        Field.Builder field = Field.newBuilder();
        sizes.forEach(field::addVarint);
        return tensor.toBuilder()
                .clearField(TENSOR_INT64_DATA)
                .addField(TENSOR_INT64_DATA, field.build())
                .build();
    }

    private static UnknownFieldSet changed(UnknownFieldSet message, int number, UnaryOperator<UnknownFieldSet> change) {
        return with(
                message,
                number,
                message.getField(number).getLengthDelimitedList().stream()
                        .map(bytes -> change.apply(parsed(bytes)).toByteString())
                        .toList());
    }

    private static UnknownFieldSet with(UnknownFieldSet message, int number, List<ByteString> values) {
        if (values.isEmpty()) {
            return message;
        }
        Field.Builder field = Field.newBuilder();
        values.forEach(field::addLengthDelimited);
        return message.toBuilder()
                .clearField(number)
                .addField(number, field.build())
                .build();
    }

    private static String text(UnknownFieldSet message, int number, int index) {
        List<ByteString> found = message.getField(number).getLengthDelimitedList();
        return index < found.size() ? found.get(index).toStringUtf8() : "";
    }

    private static UnknownFieldSet parsed(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("no ONNX model: " + e.getMessage(), e);
        }
    }
}

package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.WireReader;
import dev.slipway.backend.tensorflow.CheckedModel.Facts;
import dev.slipway.backend.tensorflow.CheckedModel.TensorName;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a file that holds a GraphDef. It has no signatures: fed are its placeholders, fetched what no node reads, unless
 * people say otherwise.
 */
final class FrozenGraphCheck {
    /** What makes no sense as an answer: it is run for its effects, or is a value that nothing uses. */
    private static final Set<String> NO_ANSWER = Set.of("NoOp", "Assert", "Const", "Placeholder", "SaveV2", "Assign");

    /** Up to this version placeholders of any rank say that they are scalars. */
    private static final int SCALAR_MEANS_ANY = 21;

    private static final Set<String> VARIABLES = Set.of("Variable", "VariableV2", "VarHandleOp");

    private final String file;
    private final GraphInfo graph;
    private final ModelOptions options;

    private FrozenGraphCheck(String file, GraphInfo graph, ModelOptions options) {
        this.file = file;
        this.graph = graph;
        this.options = options;
    }

    static CheckedModel check(ModelFiles files, ModelOptions options) {
        GraphInfo graph;
        try (WireReader in = new WireReader(files.path(), "GraphDef")) {
            graph = GraphReader.read(in, true);
        }
        Entry entry = new FrozenGraphCheck(files.name(), graph, options).entry();
        long fileBytes;
        try {
            fileBytes = Files.size(files.path());
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(files.name(), e), e);
        }
        return CheckedModel.of(
                files,
                options,
                List.of(entry),
                graph,
                new Facts(
                        2 * fileBytes + graph.constantBytes(),
                        Map.of("producer", "tensorflow", "graph_producer", Integer.toString(graph.producer())),
                        List.of()));
    }

    private Entry entry() {
        if (graph.nodes().values().stream().anyMatch(node -> VARIABLES.contains(node.op()))) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' has variables, whose values are elsewhere (expected: a frozen graph)".formatted(file));
        }
        Signature said = options.signature();
        if (said != null) {
            return new Entry(Signature.DEFAULT, said(said.inputs(), "input"), said(said.outputs(), "output"));
        }
        List<Port> inputs = ports(options.inputs().isEmpty() ? placeholders() : options.inputs(), "input");
        List<Port> outputs = ports(options.outputs().isEmpty() ? unread() : options.outputs(), "output");
        if (outputs.isEmpty()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "'%s' gives nothing (expected: a node that no other reads)".formatted(file));
        }
        return new Entry(Signature.DEFAULT, inputs, outputs);
    }

    private List<String> placeholders() {
        return graph.nodes().entrySet().stream()
                .filter(node -> node.getValue().isPlaceholder())
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<String> unread() {
        return graph.nodes().entrySet().stream()
                .filter(node -> !graph.read().contains(node.getKey())
                        && !NO_ANSWER.contains(node.getValue().op()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<Port> ports(List<String> tensors, String role) {
        List<Port> ports = new ArrayList<>();
        for (String tensor : tensors) {
            ports.add(port(tensor.endsWith(":0") ? tensor.substring(0, tensor.length() - 2) : tensor, role, null));
        }
        return ports;
    }

    private List<Port> said(List<TensorSpec> specs, String role) {
        List<Port> ports = new ArrayList<>();
        for (TensorSpec spec : specs) {
            ports.add(port(spec.name(), role, spec));
        }
        return ports;
    }

    private Port port(String name, String role, @Nullable TensorSpec said) {
        String where = "'%s': %s '%s'".formatted(file, role, name);
        TensorName tensor = TensorName.of(name, where);
        Node node = graph.nodes().get(tensor.node());
        if (node == null) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "%s is not there (expected: the name of a node)".formatted(where));
        }
        int type = node.isPlaceholder() ? node.valueType() : OpTable.table().outputType(node, tensor.index());
        DType dtype = DataTypes.dtype(type);
        if (dtype == null) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "%s is of %s (expected: numbers, bool or string)".formatted(where, DataTypes.name(type)));
        } else if (said != null && said.dtype() != dtype) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "%s is %s in the graph (expected: %s)".formatted(where, dtype, said.dtype()));
        }
        return new Port(
                said != null ? said : new TensorSpec(name, dtype, shape(node)), tensor.node(), tensor.index(), type);
    }

    private Shape shape(Node node) {
        boolean isUnsaid = !node.isPlaceholder()
                || (graph.producer() <= SCALAR_MEANS_ANY && node.shape().rank() == 0);
        return isUnsaid ? Shape.ANY : node.shape();
    }
}

package dev.slipway.backend.onnx;

import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.WireReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a graph that is one tree ensemble and what converters put around it, with all of its attributes. */
final class TreeNodes {
    static final String REGRESSOR = "TreeEnsembleRegressor";
    static final String CLASSIFIER = "TreeEnsembleClassifier";

    private static final Set<String> OPS = Set.of(REGRESSOR, CLASSIFIER, "ZipMap", "Cast", "Identity", "Sigmoid");
    private static final int NODES_MAX = 16;

    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_FUNCTION = 25;
    private static final int GRAPH_NODE = 1;
    private static final Set<Integer> GRAPH_CONSTANTS = Set.of(5, 15);

    private final WireReader reader;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String> texts = new HashMap<>();

    private TreeNodes(WireReader reader) {
        this.reader = reader;
    }

    /** A node and its attributes. */
    record Node(String op, List<String> inputs, List<String> outputs, Map<String, TreeAttribute> attributes) {
        /** Whether it computes trees. */
        boolean isTrees() {
            return op.equals(REGRESSOR) || op.equals(CLASSIFIER);
        }

        TreeAttribute attribute(String name) {
            return attributes.getOrDefault(name, TreeAttribute.NONE);
        }
    }

    /** The nodes in the file's order; empty when there are others, or anything else that these do not need. */
    static Optional<List<Node>> read(Path path) {
        try (WireReader reader = new WireReader(path, "ONNX model")) {
            TreeNodes found = new TreeNodes(reader);
            return found.model() ? Optional.of(List.copyOf(found.nodes)) : Optional.empty();
        } catch (SlipwayException e) {
            // Whoever opens the file as it is will be told better what is wrong with it.
            return Optional.empty();
        }
    }

    private boolean model() {
        while (reader.next()) {
            boolean isOurs = true;
            switch (reader.field()) {
                case MODEL_GRAPH -> isOurs = graph();
                case MODEL_FUNCTION -> isOurs = false;
                default -> reader.skip();
            }
            if (!isOurs) {
                return false;
            }
        }
        return nodes.stream().filter(Node::isTrees).count() == 1;
    }

    private boolean graph() {
        long outer = reader.enter();
        while (reader.next()) {
            if (reader.field() == GRAPH_NODE) {
                Node node = nodes.size() < NODES_MAX ? node() : null;
                if (node == null) {
                    return false;
                }
                nodes.add(node);
            } else if (GRAPH_CONSTANTS.contains(reader.field())) {
                return false;
            } else {
                reader.skip();
            }
        }
        reader.leave(outer);
        return true;
    }

    /** Null for an operator that is none of ours. */
    private @Nullable Node node() {
        long outer = reader.enter();
        String op = "";
        String domain = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, TreeAttribute> attributes = new HashMap<>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> inputs.add(reader.text());
                case 2 -> outputs.add(reader.text());
                case 4 -> {
                    op = reader.text();
                    if (!OPS.contains(op)) {
                        return null;
                    }
                }
                case 5 -> {
                    // Everybody writes the operator before: attributes of others' are not worth the reading.
                    if (op.isEmpty()) {
                        return null;
                    }
                    TreeAttribute.read(reader, texts, attributes);
                }
                case 7 -> domain = reader.text();
                case 8 -> {
                    return null;
                }
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        boolean isMl = op.startsWith("Tree") || op.equals("ZipMap");
        boolean isRightDomain = isMl ? domain.equals("ai.onnx.ml") : domain.isEmpty() || domain.equals("ai.onnx");
        return op.isEmpty() || !isRightDomain ? null : new Node(op, inputs, outputs, attributes);
    }
}

package dev.slipway.backend.tensorflow;

import dev.slipway.api.Shape;
import dev.slipway.backend.common.WireReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a GraphDef: the names of nodes, what they do, and what their placeholders take. The values of constants are skipped.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/framework/graph.proto">graph.proto</a>
 */
final class GraphReader {
    /** Above any memory, and far below an overflow when it is added up. */
    static final long BYTES_BEYOND = 1L << 60;

    private final WireReader in;
    private final boolean isWhole;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Set<String> ops = new HashSet<>();
    private final Set<String> functions = new HashSet<>();
    private long constantBytes;
    private int producer;

    private GraphReader(WireReader in, boolean isWhole) {
        this.in = in;
        this.isWhole = isWhole;
    }

    /**
     * Reads what comes up to the end of the message.
     *
     * @param isWhole whether it matters what nodes read and give, which it does where there are no signatures
     */
    static GraphInfo read(WireReader in, boolean isWhole) {
        GraphReader graph = new GraphReader(in, isWhole);
        graph.read();
        return new GraphInfo(graph.nodes, graph.read, graph.ops, graph.functions, graph.constantBytes, graph.producer);
    }

    private void read() {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> node(true);
                case 2 -> library();
                case 4 -> versions();
                default -> in.skip();
            }
        }
    }

    private void versions() {
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                producer = (int) in.number();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
    }

    private void library() {
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                function();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
    }

    private void function() {
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> functionName();
                case 3 -> node(false);
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    private void functionName() {
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                functions.add(in.text());
            } else {
                in.skip();
            }
        }
        in.leave(outer);
    }

    /** @param isOutside of any function */
    private void node(boolean isOutside) {
        String name = "";
        String op = "";
        Attributes attributes = new Attributes();
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> op = in.text();
                case 3 -> input(isOutside);
                case 5 -> attribute(attributes);
                default -> in.skip();
            }
        }
        if (name.isEmpty() || op.isEmpty()) {
            throw in.broken("a node without a name or without an op", "both");
        }
        if (op.equals("Const")
                && !attributes.types.getOrDefault("dtype", List.of()).equals(List.of(attributes.valueType))) {
            // TensorFlow ends the process when such a graph runs.
            throw in.broken(
                    "a constant '%s' whose value is %s".formatted(name, DataTypes.name(attributes.valueType)),
                    "as its attribute 'dtype' says");
        }
        in.leave(outer);
        ops.add(op);
        if (isOutside) {
            Node node = new Node(op, attributes.types, attributes.numbers, attributes.shape);
            if (nodes.put(name, isWhole || node.isPlaceholder() ? node : bare(op)) != null) {
                throw in.broken("a second node '%s'".formatted(name), "each once");
            }
        }
    }

    private static Node bare(String op) {
        return new Node(op, Map.of(), Map.of(), Shape.ANY);
    }

    /** {@code x}, {@code x:1}, or {@code ^x} for what only has to be run before. */
    private void input(boolean isOutside) {
        if (!isOutside || !isWhole) {
            in.skip();
            return;
        }
        String input = in.text();
        int colon = input.lastIndexOf(':');
        read.add(input.substring(input.startsWith("^") ? 1 : 0, colon < 0 ? input.length() : colon));
    }

    private static final class Attributes {
        private final Map<String, List<Integer>> types = new HashMap<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private Shape shape = Shape.ANY;
        /** Of the attribute that is a tensor; 0 where there is none. */
        private int valueType;
    }

    private void attribute(Attributes attributes) {
        String name = "";
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> value(name, attributes);
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    private void value(String name, Attributes attributes) {
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> attributes.types.put(name, typeList());
                case 3 -> attributes.numbers.put(name, in.number());
                case 6 -> attributes.types.put(name, List.of((int) in.number()));
                case 7 -> shape(name, attributes);
                case 8 -> attributes.valueType = constant();
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    /** Adds up what a constant takes, and says what its elements are. */
    private int constant() {
        TensorReader.Constant constant = TensorReader.constant(in);
        constantBytes = Math.min(BYTES_BEYOND, constantBytes + constant.bytes());
        return constant.type();
    }

    private void shape(String name, Attributes attributes) {
        if (name.equals("shape")) {
            attributes.shape = TensorReader.shape(in);
        } else {
            in.skip();
        }
    }

    private List<Integer> typeList() {
        List<Integer> types = new ArrayList<>();
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 6 && in.wireType() == WireReader.BYTES) {
                long list = in.enter();
                while (in.hasMore()) {
                    types.add((int) in.varint());
                }
                in.leave(list);
            } else if (in.field() == 6) {
                types.add((int) in.number());
            } else if (in.field() == 8) {
                constant();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
        return types;
    }
}

package dev.slipway.backend.onnx;

import dev.slipway.backend.common.WireReader;
import dev.slipway.backend.onnx.GraphHeader.Node;
import dev.slipway.backend.onnx.GraphHeader.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads graphs, nodes and tensors. What it keeps is bounded in number and in depth. */
final class GraphReader {
    private static final int THINGS_MAX = 1_000_000;
    private static final int LONGS_MAX = 16;
    private static final int DIMS_MAX = 64;

    private final WireReader reader;
    private final TypeReader types;
    private int things;

    GraphReader(WireReader reader) {
        this.reader = reader;
        this.types = new TypeReader(reader);
    }

    GraphHeader graph() {
        long outer = reader.enter();
        List<Node> nodes = new ArrayList<>();
        List<TensorHeader> initializers = new ArrayList<>();
        List<Value> inputs = new ArrayList<>();
        List<Value> outputs = new ArrayList<>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> nodes.add(node());
                case 5 -> initializers.add(tensor());
                case 11 -> inputs.add(value());
                case 12 -> outputs.add(value());
                case 15 -> initializers.add(sparseTensor());
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return new GraphHeader(nodes, initializers, inputs, outputs);
    }

    Node node() {
        count();
        long outer = reader.enter();
        String op = "";
        String overload = "";
        String domain = "";
        String name = "";
        List<String> inputs = new ArrayList<>(3);
        List<String> outputs = new ArrayList<>(1);
        Attributes attributes = new Attributes();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> inputs.add(named());
                case 2 -> outputs.add(named());
                case 3 -> name = reader.text();
                case 4 -> op = reader.text();
                case 5 -> attribute(attributes);
                case 7 -> domain = reader.text();
                case 8 -> overload = reader.text();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        op = overload.isEmpty() ? op : op + ":" + overload;
        domain = domain.equals("ai.onnx") ? "" : domain;
        return new Node(
                op, domain, name, inputs, outputs, attributes.graphs, attributes.tensors, attributes.listedBytes);
    }

    /** A key and its value. */
    String[] entry() {
        count();
        long outer = reader.enter();
        String[] entry = {"", ""};
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> entry[0] = reader.text();
                case 2 -> entry[1] = reader.text();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return entry;
    }

    private String named() {
        count();
        return reader.text();
    }

    private void attribute(Attributes attributes) {
        count();
        long outer = reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 5, 10 -> attributes.tensors.add(tensor());
                case 6, 11 -> attributes.graphs.add(graph());
                case 7, 8, 9 -> attributes.listedBytes += 8 + reader.skip();
                case 22, 23 -> attributes.tensors.add(sparseTensor());
                default -> reader.skip();
            }
        }
        reader.leave(outer);
    }

    private TensorHeader sparseTensor() {
        long outer = reader.enter();
        TensorHeader values = null;
        List<Long> dense = new ArrayList<>(4);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> values = tensor();
                case 2 -> tensor();
                case 3 -> numbers(dense, DIMS_MAX);
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        if (values == null) {
            throw reader.broken("a sparse tensor without values", "values");
        }
        return values.asSparseOf(dense);
    }

    private TensorHeader tensor() {
        count();
        long outer = reader.enter();
        List<Long> dims = new ArrayList<>(4);
        List<Long> longs = new ArrayList<>(0);
        Map<String, String> external = new LinkedHashMap<>(0);
        ElementType element = ElementType.UNDEFINED;
        String name = "";
        long raw = -1;
        long typed = 0;
        boolean isExternal = false;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> numbers(dims, DIMS_MAX);
                case 2 -> element = ElementType.of(reader.number());
                case 4 -> typed += reader.wireType() == WireReader.BYTES ? reader.skip() / 4 : one();
                case 10 -> typed += reader.wireType() == WireReader.BYTES ? reader.skip() / 8 : one();
                case 5, 7, 11 -> typed += numbers(reader.field() == 7 ? longs : null, LONGS_MAX);
                case 6 -> typed += one();
                case 8 -> name = reader.text();
                case 9 -> raw = raw(element, longs);
                case 13 -> {
                    String[] entry = entry();
                    external.put(entry[0], entry[1]);
                }
                case 14 -> isExternal = reader.number() == 1;
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return new TensorHeader(name, element, dims, dims, raw, typed, longs, isExternal, external);
    }

    private long one() {
        reader.skip();
        return 1;
    }

    /** Reads numbers, packed or not, and keeps those there is room for; returns how many there were. */
    private long numbers(@Nullable List<Long> kept, int keptMax) {
        if (reader.wireType() == WireReader.VARINT) {
            keep(kept, keptMax, reader.number());
            return 1;
        }
        long count = 0;
        long outer = reader.enter();
        while (reader.hasMore()) {
            keep(kept, keptMax, reader.varint());
            count++;
        }
        reader.leave(outer);
        return count;
    }

    private void keep(@Nullable List<Long> kept, int keptMax, long number) {
        if (kept != null && kept.size() < keptMax) {
            kept.add(number);
        } else if (keptMax == DIMS_MAX) {
            throw reader.broken("a tensor of more than " + DIMS_MAX + " dimensions", "at most that");
        }
    }

    private long raw(ElementType element, List<Long> longs) {
        if (element != ElementType.INT64) {
            return reader.skip();
        }
        long outer = reader.enter();
        long start = reader.position();
        while (reader.hasMore() && longs.size() < LONGS_MAX) {
            longs.add(reader.fixed64());
        }
        long count = reader.position() - start + reader.skipRest();
        reader.leave(outer);
        return count;
    }

    private Value value() {
        count();
        long outer = reader.enter();
        String name = "";
        ValueType type = ValueType.UNSTATED;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> name = reader.text();
                case 2 -> type = types.type();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return new Value(name, type);
    }

    private void count() {
        if (++things > THINGS_MAX) {
            throw reader.broken("more than " + THINGS_MAX + " nodes, names and tensors", "at most that");
        }
    }

    /** What is kept of a node's attributes. */
    private static final class Attributes {
        final List<GraphHeader> graphs = new ArrayList<>(0);
        final List<TensorHeader> tensors = new ArrayList<>(0);
        long listedBytes;
    }
}

package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.WireReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of an ONNX file: everything but its weights. Field numbers are those of onnx.proto.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class ModelReader {
    private final WireReader reader;
    private final GraphReader graphs;
    private final Map<String, Long> opsets = new LinkedHashMap<>();
    private final List<ModelHeader.Function> functions = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private @Nullable GraphHeader graph;
    private long irVersion;

    private ModelReader(WireReader reader) {
        this.reader = reader;
        this.graphs = new GraphReader(reader);
    }

    /**
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is no ONNX file; {@code UNAVAILABLE} when it can't be
     *     read
     */
    static ModelHeader read(Path path) {
        long bytes;
        try {
            bytes = Files.size(path);
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path.getFileName(), e), e);
        }
        if (bytes == 0 || bytes > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' has %d bytes (expected: an ONNX model of 1 to 2147483647 bytes)"
                            .formatted(path.getFileName(), bytes));
        }
        try (WireReader reader = new WireReader(path, "ONNX model")) {
            return new ModelReader(reader).model(path, bytes);
        } catch (SlipwayException e) {
            String found = e.code() == INVALID_ARGUMENT ? ForeignFormat.of(path) : "";
            if (found.isEmpty()) {
                throw e;
            }
            throw new SlipwayException(
                    INVALID_ARGUMENT, "'%s' is %s (expected: an ONNX model)".formatted(path.getFileName(), found), e);
        }
    }

    private ModelHeader model(Path path, long bytes) {
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> irVersion = reader.number();
                case 2 -> fact("producer");
                case 3 -> fact("producer_version");
                case 4 -> fact("domain");
                case 5 -> facts.put("model_version", Long.toString(reader.number()));
                case 7 -> mainGraph();
                case 8 -> opset();
                case 14 -> {
                    String[] property = graphs.entry();
                    properties.put(property[0], property[1]);
                }
                case 25 -> functions.add(function());
                default -> reader.skip();
            }
        }
        if (graph == null) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is no ONNX model: %d bytes without a graph (expected: one)"
                            .formatted(path.getFileName(), bytes));
        }
        facts.put("ir_version", Long.toString(irVersion));
        opsets.forEach((domain, version) ->
                facts.put("opset." + (domain.isEmpty() ? "ai.onnx" : domain), Long.toString(version)));
        properties.forEach(facts::putIfAbsent);
        return new ModelHeader(irVersion, Map.copyOf(opsets), graph, List.copyOf(functions), facts, bytes);
    }

    private void mainGraph() {
        if (graph != null) {
            throw reader.broken("a second graph", "one");
        }
        graph = graphs.graph();
    }

    private void fact(String name) {
        String value = reader.text();
        if (!value.isEmpty()) {
            facts.put(name, value);
        }
    }

    private void opset() {
        long outer = reader.enter();
        String domain = "";
        long version = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> domain = reader.text();
                case 2 -> version = reader.number();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        opsets.merge(domain.equals("ai.onnx") ? "" : domain, version, Math::max);
    }

    private ModelHeader.Function function() {
        long outer = reader.enter();
        String name = "";
        String overload = "";
        String domain = "";
        List<GraphHeader.Node> nodes = new ArrayList<>();
        List<GraphHeader.Value> inputs = new ArrayList<>();
        List<GraphHeader.Value> outputs = new ArrayList<>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> name = reader.text();
                case 4 -> inputs.add(new GraphHeader.Value(reader.text(), ValueType.UNSTATED));
                case 5 -> outputs.add(new GraphHeader.Value(reader.text(), ValueType.UNSTATED));
                case 7 -> nodes.add(graphs.node());
                case 10 -> domain = reader.text();
                case 13 -> overload = reader.text();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        name = overload.isEmpty() ? name : name + ":" + overload;
        return new ModelHeader.Function(name, domain, new GraphHeader(nodes, List.of(), inputs, outputs));
    }
}

package dev.slipway.backend.onnx;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.WireReader;
import dev.slipway.backend.common.WireWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model without the ZipMap nodes at its end: the scores that they would turn into maps are outputs in their place. All
 * else is as the file has it, byte for byte.
 */
final class ZipMapCut {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_OUTPUT = 12;

    /** A tensor of float32 of any shape, as TypeProto. */
    private static final byte[] FLOATS = new WireWriter()
            .message(1, new WireWriter().varint(1, ElementType.FLOAT.number()))
            .toBytes();

    private final WireReader reader;
    private final CheckedModel model;
    private final Map<String, ZipMap> zipMaps = new HashMap<>();
    /** The parts of the file's graph that stay. */
    private final List<Range> kept = new ArrayList<>();

    private ZipMapCut(WireReader reader, CheckedModel model) {
        this.reader = reader;
        this.model = model;
    }

    /**
     * A model and its outputs.
     *
     * @param bytes the model, an array of its own
     * @param outputs in the order of the header's
     */
    record Cut(ByteBuffer bytes, List<Output> outputs) {}

    /** Bytes of the file. */
    private record Range(long start, long end) {
        int length() {
            return (int) (end - start);
        }
    }

    /** The model cut; empty when it does not end in maps, or in such as the runtime had better make itself. */
    static Optional<Cut> of(Path path, CheckedModel model) {
        if (model.scores().isEmpty()) {
            return Optional.empty();
        }
        try (WireReader reader = new WireReader(path, "ONNX model");
                FileChannel file = FileChannel.open(path)) {
            return new ZipMapCut(reader, model).cut(file);
        } catch (IOException | SlipwayException e) {
            // Who opens the file as it is will be told better what is wrong with it.
            return Optional.empty();
        }
    }

    private Optional<Cut> cut(FileChannel file) throws IOException {
        Range graph = new Range(0, 0);
        long start = 0;
        while (reader.next()) {
            if (reader.field() == MODEL_GRAPH) {
                graph();
                graph = new Range(start, reader.position());
            } else {
                reader.skip();
            }
            start = reader.position();
        }
        if (!zipMaps.keySet().equals(model.scores().keySet())) {
            return Optional.empty();
        }
        WireWriter outputs = new WireWriter();
        model.scores()
                .values()
                .forEach(name -> outputs.message(
                        GRAPH_OUTPUT, new WireWriter().text(1, name).bytes(2, FLOATS)));
        return Optional.of(new Cut(
                joined(file, graph, start, outputs.toBytes()),
                model.outputs().stream().map(this::output).toList()));
    }

    private ByteBuffer joined(FileChannel file, Range graph, long end, byte[] outputs) throws IOException {
        int length = kept.stream().mapToInt(Range::length).sum() + outputs.length;
        byte[] head = WireWriter.head(MODEL_GRAPH, length);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(graph.start() + head.length + length + end - graph.end()));
        read(file, new Range(0, graph.start()), bytes);
        bytes.put(head);
        for (Range range : kept) {
            read(file, range, bytes);
        }
        bytes.put(outputs);
        read(file, new Range(graph.end(), end), bytes);
        return bytes;
    }

    private static void read(FileChannel file, Range range, ByteBuffer bytes) throws IOException {
        bytes.limit(bytes.position() + range.length());
        for (long at = range.start(); bytes.hasRemaining(); ) {
            int count = file.read(bytes, at);
            if (count < 0) {
                throw new EOFException("the file has become shorter");
            }
            at += count;
        }
        bytes.limit(bytes.capacity());
    }

    private Output output(Port port) {
        ZipMap zipMap = zipMaps.get(port.name());
        String scores = model.scores().get(port.name());
        if (zipMap == null || scores == null) {
            return Output.of(port);
        }
        ValueType floats = new ValueType(ValueType.Kind.TENSOR, ElementType.FLOAT, null, null);
        return new Output(port.name(), new Port(new TensorSpec(scores, DType.FP32, Shape.ANY), floats), zipMap);
    }

    /** Keeps the main graph but for the nodes and outputs that are cut. */
    private void graph() {
        long outer = reader.enter();
        long start = reader.position();
        while (reader.next()) {
            boolean isCut = false;
            switch (reader.field()) {
                case GRAPH_NODE -> isCut = isCutNode();
                case GRAPH_OUTPUT -> isCut = model.scores().containsKey(valueName());
                default -> reader.skip();
            }
            if (!isCut) {
                keep(start, reader.position());
            }
            start = reader.position();
        }
        reader.leave(outer);
    }

    private void keep(long start, long end) {
        Range last = kept.isEmpty() ? null : kept.get(kept.size() - 1);
        if (last != null && last.end() == start) {
            kept.set(kept.size() - 1, new Range(last.start(), end));
        } else {
            kept.add(new Range(start, end));
        }
    }

    private String valueName() {
        long outer = reader.enter();
        String name = "";
        while (reader.next()) {
            if (reader.field() == 1) {
                name = reader.text();
            } else {
                reader.skip();
            }
        }
        reader.leave(outer);
        return name;
    }

    /** Whether the labels of a node that can be cut were read. */
    private boolean isCutNode() {
        long outer = reader.enter();
        String output = "";
        Labels labels = new Labels();
        while (reader.next()) {
            switch (reader.field()) {
                case 2 -> output = reader.text();
                case 5 -> {
                    // Its outputs stand before, in the order of the fields, in which everybody writes them.
                    if (model.scores().containsKey(output)) {
                        labels.read(reader);
                    } else {
                        reader.skip();
                    }
                }
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        Optional<ZipMap> zipMap = labels.zipMap(model.keys(output));
        if (zipMap.isPresent()) {
            zipMaps.put(output, zipMap.get());
        }
        return zipMap.isPresent();
    }
}

package dev.slipway.backend.tensorflow;

import dev.slipway.api.Shape;
import dev.slipway.backend.common.WireReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads {@code saved_model.pb}.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/protobuf/saved_model.proto">
 *     saved_model.proto</a>
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/protobuf/meta_graph.proto">
 *     meta_graph.proto</a>
 */
final class SavedModelReader {
    private final WireReader in;

    private SavedModelReader(WireReader in) {
        this.in = in;
    }

    /**
     * The graphs of a SavedModel.
     *
     * @param file {@code saved_model.pb}
     */
    static List<MetaGraph> read(Path file) {
        try (WireReader in = new WireReader(file, "SavedModel")) {
            return new SavedModelReader(in).graphs();
        }
    }

    private List<MetaGraph> graphs() {
        List<MetaGraph> graphs = new ArrayList<>();
        while (in.next()) {
            if (in.field() == 2) {
                graphs.add(graph());
            } else {
                in.skip();
            }
        }
        return graphs;
    }

    private MetaGraph graph() {
        Set<String> tags = new TreeSet<>();
        StringBuilder version = new StringBuilder();
        Map<String, SignatureInfo> signatures = new TreeMap<>();
        List<String> assets = new ArrayList<>();
        boolean isSaved = false;
        GraphInfo graph = GraphInfo.EMPTY;
        Map<String, List<String>> held = Map.of();
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> about(tags, version);
                case 2 -> {
                    long whole = in.enter();
                    graph = GraphReader.read(in, false);
                    in.leave(whole);
                }
                case 3 -> isSaved = saver();
                case 5 -> {
                    SignatureInfo signature = signature();
                    signatures.put(signature.name(), signature);
                }
                case 6 -> assets.add(asset());
                case 7 -> held = ObjectGraphReader.read(in);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new MetaGraph(
                tags, version.toString(), List.copyOf(signatures.values()), isSaved, List.copyOf(assets), held, graph);
    }

    private void about(Set<String> tags, StringBuilder version) {
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 4 -> tags.add(in.text());
                case 5 -> version.append(in.text());
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    /** Whether there is an op that restores variables. */
    private boolean saver() {
        boolean isSaved = false;
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 3) {
                isSaved = !in.text().isEmpty();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
        return isSaved;
    }

    private String asset() {
        String name = "";
        long outer = in.enter();
        while (in.next()) {
            if (in.field() == 2) {
                name = in.text();
            } else {
                in.skip();
            }
        }
        in.leave(outer);
        return name;
    }

    private SignatureInfo signature() {
        String name = "";
        SignatureInfo found = new SignatureInfo("", "", Map.of(), Map.of());
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> found = signatureDef();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new SignatureInfo(name, found.method(), found.inputs(), found.outputs());
    }

    private SignatureInfo signatureDef() {
        Map<String, TensorInfo> inputs = new TreeMap<>();
        Map<String, TensorInfo> outputs = new TreeMap<>();
        String method = "";
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> tensor(inputs);
                case 2 -> tensor(outputs);
                case 3 -> method = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new SignatureInfo("", method, inputs, outputs);
    }

    private void tensor(Map<String, TensorInfo> tensors) {
        String name = "";
        TensorInfo found = new TensorInfo(null, 0, Shape.ANY);
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> found = tensorInfo();
                default -> in.skip();
            }
        }
        in.leave(outer);
        tensors.put(name, found);
    }

    private TensorInfo tensorInfo() {
        String tensor = null;
        int type = 0;
        Shape shape = Shape.ANY;
        boolean isBundle = false;
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> tensor = in.text();
                case 2 -> type = (int) in.number();
                case 3 -> shape = TensorReader.shape(in);
                default -> {
                    isBundle = true;
                    in.skip();
                }
            }
        }
        in.leave(outer);
        return new TensorInfo(isBundle ? null : tensor, type, shape);
    }
}

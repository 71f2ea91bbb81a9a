package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_ImportGraphDefOptions;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * Reads the values of variables that a SavedModel's own restoring passes over. What is saved of a module that holds a model
 * of Keras 3 has each variable twice: one that is restored, and one that the functions use. The checkpoint's object graph
 * still says which value belongs to the second.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/issues/72963">tensorflow#72963</a>
 * @see <a href="https://github.com/keras-team/keras/issues/20096">keras#20096</a>
 */
final class LostVariables {
    private static final String PREFIX = "slipway/";
    private static final String VARIABLE = PREFIX + "variable_";
    private static final String ASKED = PREFIX + "asked_";
    private static final String ASSIGNED = PREFIX + "assigned_";
    private static final int NAMES_SHOWN = 5;

    private final ModelFiles files;
    private final TF_Graph graph;
    private final TF_Status status;

    LostVariables(ModelFiles files, TF_Graph graph, TF_Status status) {
        this.files = files;
        this.graph = graph;
        this.status = status;
    }

    /** Runs what was added to the graph. */
    interface Runner {
        /** The values of outputs of type bool. */
        List<Boolean> fetch(List<TF_Operation> nodes);

        void run(List<TF_Operation> nodes);
    }

    /**
     * Finds those that have no value, and gives them theirs.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the checkpoint lacks one
     */
    void find(List<Capture> captures, Runner runner) {
        if (captures.isEmpty()) {
            return;
        }
        WireWriter asked = new WireWriter();
        for (int i = 0; i < captures.size(); i++) {
            asked.message(1, node(ASKED + i, "VarIsInitializedOp", List.of(VARIABLE + i)));
        }
        add(asked, captures);
        List<Boolean> isThere = runner.fetch(added(ASKED, captures.size()));
        List<Capture> lost = new ArrayList<>();
        for (int i = 0; i < captures.size(); i++) {
            if (!isThere.get(i)) {
                lost.add(captures.get(i));
            }
        }
        if (!lost.isEmpty()) {
            requireSaved(lost);
            add(restoring(lost), lost);
            runner.run(added(ASSIGNED, lost.size()));
        }
    }

    private void requireSaved(List<Capture> lost) {
        List<String> missing = new ArrayList<>();
        try (BytePointer checkpoint = text(checkpoint())) {
            var reader = tensorflow.TF_NewCheckpointReader(checkpoint, status);
            if (!TfErrors.isFine(status)) {
                throw TfErrors.load(files, status);
            }
            for (Capture capture : lost) {
                try (BytePointer key = text(capture.key())) {
                    if (tensorflow.TF_CheckpointReaderHasTensor(reader, key) == 0) {
                        missing.add(capture.node());
                    }
                }
            }
            tensorflow.TF_DeleteCheckpointReader(reader);
        }
        if (!missing.isEmpty()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' holds no value of the variables %s (expected: all that its functions use)"
                            .formatted(
                                    files.name(),
                                    missing.stream().limit(NAMES_SHOWN).toList()));
        }
    }

    private String checkpoint() {
        return files.path().resolve("variables").resolve("variables").toString();
    }

    /** RestoreV2 of all, and an assignment of each. */
    private WireWriter restoring(List<Capture> lost) {
        WireWriter types = new WireWriter();
        lost.forEach(capture -> types.varint(6, capture.type()));
        WireWriter restore = node(
                        PREFIX + "restore",
                        "RestoreV2",
                        List.of(PREFIX + "checkpoint", PREFIX + "keys", PREFIX + "slices"))
                .message(5, attribute("dtypes", new WireWriter().message(1, types)));
        WireWriter all = new WireWriter()
                .message(1, texts("checkpoint", false, List.of(checkpoint())))
                .message(1, texts("keys", true, lost.stream().map(Capture::key).toList()))
                .message(
                        1,
                        texts("slices", true, lost.stream().map(capture -> "").toList()))
                .message(1, restore);
        for (int i = 0; i < lost.size(); i++) {
            all.message(
                    1,
                    node(ASSIGNED + i, "AssignVariableOp", List.of(VARIABLE + i, PREFIX + "restore:" + i))
                            .message(
                                    5,
                                    attribute(
                                            "dtype",
                                            new WireWriter()
                                                    .varint(6, lost.get(i).type()))));
        }
        return all;
    }

    private static WireWriter node(String name, String op, List<String> inputs) {
        WireWriter node = new WireWriter().text(1, name).text(2, op);
        inputs.forEach(input -> node.text(3, input));
        return node;
    }

    private static WireWriter attribute(String name, WireWriter value) {
        return new WireWriter().text(1, name).message(2, value);
    }

    private static WireWriter texts(String name, boolean isList, List<String> values) {
        WireWriter shape = new WireWriter();
        if (isList) {
            shape.message(2, new WireWriter().varint(1, values.size()));
        }
        WireWriter tensor = new WireWriter().varint(1, DataTypes.STRING).message(2, shape);
        values.forEach(value -> tensor.text(8, value));
        return node(PREFIX + name, "Const", List.of())
                .message(5, attribute("dtype", new WireWriter().varint(6, DataTypes.STRING)))
                .message(5, attribute("value", new WireWriter().message(8, tensor)));
    }

    /** Adds nodes to the graph, in which {@link #VARIABLE} and a number stands for the variable at this place. */
    private void add(WireWriter nodes, List<Capture> variables) {
        byte[] bytes = nodes.toBytes();
        TF_ImportGraphDefOptions options = tensorflow.TF_NewImportGraphDefOptions();
        List<BytePointer> names = new ArrayList<>();
        TF_Buffer buffer;
        try (BytePointer pointer = new BytePointer(bytes)) {
            buffer = tensorflow.TF_NewBufferFromString(pointer, bytes.length);
        }
        try (TF_Output variable = new TF_Output(1)) {
            for (int i = 0; i < variables.size(); i++) {
                BytePointer name = text(VARIABLE + i);
                names.add(name);
                variable.oper(operation(variables.get(i).node())).index(0);
                tensorflow.TF_ImportGraphDefOptionsAddInputMapping(options, name, 0, variable);
            }
            tensorflow.TF_GraphImportGraphDef(graph, buffer, options, status);
        } finally {
            names.forEach(BytePointer::close);
            tensorflow.TF_DeleteImportGraphDefOptions(options);
            tensorflow.TF_DeleteBuffer(buffer);
        }
        if (!TfErrors.isFine(status)) {
            throw TfErrors.load(files, status);
        }
    }

    private List<TF_Operation> added(String prefix, int count) {
        List<TF_Operation> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(operation(prefix + i));
        }
        return found;
    }

    private TF_Operation operation(String name) {
        try (BytePointer text = text(name)) {
            TF_Operation found = tensorflow.TF_GraphOperationByName(graph, text);
            if (found == null) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "'%s': node '%s' is not in the graph that was loaded (expected: as in the file)"
                                .formatted(files.name(), name));
            }
            return found;
        }
    }

    private static BytePointer text(String value) {
        return new BytePointer(value, StandardCharsets.UTF_8);
    }
}

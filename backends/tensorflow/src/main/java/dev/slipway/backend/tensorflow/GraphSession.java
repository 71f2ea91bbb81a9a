package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import dev.slipway.backend.tensorflow.ModelFiles.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_ImportGraphDefOptions;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/** A session of TensorFlow, and the graph that it runs. Thread-safe. */
final class GraphSession implements AutoCloseable {
    /** For what a model does once, after loading. */
    private static final Duration INIT_MAX = Duration.ofMinutes(5);

    private final ModelFiles files;
    private final TF_Graph graph;
    private final TF_Session session;

    private GraphSession(ModelFiles files, TF_Graph graph, TF_Session session) {
        this.files = files;
        this.graph = graph;
        this.session = session;
    }

    /**
     * Reads the files: with native code, so they must have passed every check of ours.
     *
     * @throws SlipwayException as {@link dev.slipway.api.Loader#load}
     */
    static GraphSession open(TensorFlowRuntime runtime, CheckedModel checked) {
        TF_Status status = tensorflow.TF_NewStatus();
        TF_SessionOptions options = runtime.sessionOptions(checked, status);
        TF_Graph graph = tensorflow.TF_NewGraph();
        TF_Session session = null;
        boolean isOpen = false;
        try {
            require(checked.files(), status);
            session = checked.files().kind() == Kind.GRAPH
                    ? graphDef(checked, options, graph, status)
                    : savedModel(checked, options, graph, status);
            require(checked.files(), status);
            GraphSession opened = new GraphSession(checked.files(), graph, Objects.requireNonNull(session));
            new LostVariables(checked.files(), graph, status)
                    .find(checked.captures(), new Additions(checked.files(), session, status));
            isOpen = true;
            return opened;
        } finally {
            tensorflow.TF_DeleteSessionOptions(options);
            tensorflow.TF_DeleteStatus(status);
            if (!isOpen && session != null) {
                new GraphSession(checked.files(), graph, session).close();
            } else if (!isOpen) {
                tensorflow.TF_DeleteGraph(graph);
            }
        }
    }

    static void require(ModelFiles files, TF_Status status) {
        if (!TfErrors.isFine(status)) {
            throw TfErrors.load(files, status);
        }
    }

    private static @Nullable TF_Session savedModel(
            CheckedModel checked, TF_SessionOptions options, TF_Graph graph, TF_Status status) {
        List<BytePointer> tags = new ArrayList<>();
        // What waits must be stopped at last; all else is the loading thread's own work.
        TF_Buffer run =
                checked.mayWait() ? TensorFlowRuntime.forMillis(INIT_MAX.toMillis()) : TensorFlowRuntime.onCaller();
        try (PointerPointer<BytePointer> array = new PointerPointer<>(
                        Math.max(1, checked.options().tags().size()));
                BytePointer folder = new BytePointer(checked.files().path().toString(), StandardCharsets.UTF_8)) {
            for (String tag : checked.options().tags()) {
                BytePointer text = new BytePointer(tag, StandardCharsets.UTF_8);
                tags.add(text);
                array.put(tags.size() - 1L, text);
            }
            return tensorflow.TF_LoadSessionFromSavedModel(
                    options, run, folder, array, tags.size(), graph, null, status);
        } finally {
            tags.forEach(BytePointer::close);
            tensorflow.TF_DeleteBuffer(run);
        }
    }

    private static @Nullable TF_Session graphDef(
            CheckedModel checked, TF_SessionOptions options, TF_Graph graph, TF_Status status) {
        TF_Buffer file = buffer(checked.files().path());
        TF_ImportGraphDefOptions plain = tensorflow.TF_NewImportGraphDefOptions();
        try {
            tensorflow.TF_GraphImportGraphDef(graph, file, plain, status);
        } finally {
            tensorflow.TF_DeleteImportGraphDefOptions(plain);
            tensorflow.TF_DeleteBuffer(file);
        }
        require(checked.files(), status);
        return tensorflow.TF_NewSession(graph, options, status);
    }

    private static TF_Buffer buffer(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "'%s' has %d bytes (expected: below 2 GiB)".formatted(file.getFileName(), channel.size()));
            }
            // Closing frees only what it allocated, which a mapped file is not.
            try (BytePointer bytes = new BytePointer(channel.map(MapMode.READ_ONLY, 0, channel.size()))) {
                return tensorflow.TF_NewBufferFromString(bytes, channel.size());
            }
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file.getFileName(), e), e);
        }
    }

    /** Where ports are in the graph, as an array that the caller closes. */
    TF_Output find(List<Port> ports) {
        TF_Output found = new TF_Output(Math.max(1, ports.size()));
        boolean isDone = false;
        try {
            for (int i = 0; i < ports.size(); i++) {
                Port port = ports.get(i);
                TF_Operation node = node(port.node());
                int outputs = node == null ? 0 : tensorflow.TF_OperationNumOutputs(node);
                if (port.index() >= outputs) {
                    throw new SlipwayException(
                            INVALID_ARGUMENT,
                            "'%s': '%s' is the output %d of node '%s', which has %d"
                                    .formatted(files.name(), port.name(), port.index(), port.node(), outputs));
                }
                found.getPointer(i).oper(node).index(port.index());
            }
            isDone = true;
            return found;
        } finally {
            if (!isDone) {
                found.close();
            }
        }
    }

    private @Nullable TF_Operation node(String name) {
        try (BytePointer text = new BytePointer(name, StandardCharsets.UTF_8)) {
            return tensorflow.TF_GraphOperationByName(graph, text);
        }
    }

    /** Runs with what the slot was fed, and puts there what it gives, and how it went. */
    void run(TF_Buffer options, Wiring wiring, RunSlot slot) {
        tensorflow.TF_SessionRun(
                session,
                options,
                wiring.inputs(),
                slot.inputs(),
                wiring.inputCount(),
                wiring.outputs(),
                slot.outputs(),
                wiring.outputCount(),
                (PointerPointer<?>) null,
                0,
                null,
                slot.status());
    }

    /** Called once nobody runs it. */
    @Override
    public void close() {
        TF_Status status = tensorflow.TF_NewStatus();
        tensorflow.TF_CloseSession(session, status);
        tensorflow.TF_DeleteSession(session, status);
        tensorflow.TF_DeleteStatus(status);
        tensorflow.TF_DeleteGraph(graph);
    }
}

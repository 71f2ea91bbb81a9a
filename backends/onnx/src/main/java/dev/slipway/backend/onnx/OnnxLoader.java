package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Loads one ONNX file, once its header has passed every check. */
final class OnnxLoader implements Loader {
    private final OnnxBackend backend;
    private final Path path;

    OnnxLoader(OnnxBackend backend, Path path) {
        this.backend = backend;
        this.path = path;
    }

    @Override
    public String format() {
        return OnnxBackend.NAME;
    }

    @Override
    public ModelDescription describe() {
        return CheckedModel.of(path).description();
    }

    @Override
    public Servable load() {
        CheckedModel checked = CheckedModel.of(path);
        String file = String.valueOf(path.getFileName());
        OrtRuntime runtime = backend.runtime();
        OrtSession session;
        try {
            session = runtime.open(path);
        } catch (OrtException e) {
            throw OrtErrors.load(file, e);
        }
        boolean isLoaded = false;
        try {
            names(file, "input", checked.inputs(), session.getInputNames());
            names(file, "output", checked.outputs(), session.getOutputNames());
            List<Output> outputs = checked.outputs().stream().map(Output::of).toList();
            OnnxModel model = new OnnxModel(
                    file,
                    checked,
                    session,
                    outputs,
                    new OutputShapes(checked, outputs),
                    runtime,
                    backend.conversions(),
                    backend.watchdog());
            isLoaded = true;
            // Packing the weights for the processor leaves about as much free memory behind as they take.
            NativeHeap.freed(checked.description().memoryBytes());
            return new OnnxServable(model);
        } finally {
            if (!isLoaded) {
                Conversions.close(session);
            }
        }
    }

    /** Names beyond U+FFFF are garbled by the runtime's Java API, which could then neither feed nor fetch them. */
    private static void names(String file, String role, List<Port> ports, Set<String> names) {
        for (Port port : ports) {
            if (!names.contains(port.name())) {
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "'%s': ONNX Runtime does not know the %s '%s' by this name (found: %s)"
                                .formatted(file, role, port.name(), names));
            }
        }
    }
}

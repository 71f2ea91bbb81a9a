package dev.slipway.backend.onnx;

import ai.onnxruntime.OrtSession;
import java.util.List;

/**
 * A loaded model, and what its runs share.
 *
 * @param file its file's name, for messages
 * @param checked what its header says
 * @param session the native one
 * @param outputs as the session gives them, in the order of the header's
 * @param shapes what is known of its outputs' shapes
 * @param runtime makes and closes native values
 * @param conversions for values that the runtime's Java API can't take or give
 * @param watchdog terminates runs past their deadline
 */
record OnnxModel(
        String file,
        CheckedModel checked,
        OrtSession session,
        List<Output> outputs,
        OutputShapes shapes,
        OrtRuntime runtime,
        Conversions conversions,
        Watchdog watchdog) {}

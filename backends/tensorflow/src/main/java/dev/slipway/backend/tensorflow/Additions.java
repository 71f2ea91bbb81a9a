package dev.slipway.backend.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * Runs what a model got beside its own graph while it was loaded, on the thread that calls.
 *
 * @param files for messages
 * @param session that has the graph
 * @param status that is written
 */
record Additions(ModelFiles files, TF_Session session, TF_Status status) implements LostVariables.Runner {
    @Override
    public List<Boolean> fetch(List<TF_Operation> nodes) {
        try (TF_Output outputs = new TF_Output(nodes.size());
                PointerPointer<TF_Tensor> values = new PointerPointer<>(nodes.size())) {
            for (int i = 0; i < nodes.size(); i++) {
                outputs.getPointer(i).oper(nodes.get(i)).index(0);
            }
            run(outputs, values, nodes.size(), null, 0);
            List<Boolean> found = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                TF_Tensor value = new TF_Tensor(values.get(i));
                found.add(new BytePointer(tensorflow.TF_TensorData(value)).get() != 0);
                tensorflow.TF_DeleteTensor(value);
            }
            return found;
        }
    }

    @Override
    public void run(List<TF_Operation> nodes) {
        try (PointerPointer<TF_Operation> targets = new PointerPointer<>(nodes.size())) {
            for (int i = 0; i < nodes.size(); i++) {
                targets.put(i, nodes.get(i));
            }
            run(null, null, 0, targets, nodes.size());
        }
    }

    private void run(
            @Nullable TF_Output outputs,
            @Nullable PointerPointer<TF_Tensor> values,
            int outputCount,
            @Nullable PointerPointer<TF_Operation> targets,
            int targetCount) {
        TF_Buffer options = TensorFlowRuntime.onCaller();
        try {
            tensorflow.TF_SessionRun(
                    session,
                    options,
                    null,
                    (PointerPointer<?>) null,
                    0,
                    outputs,
                    values,
                    outputCount,
                    targets,
                    targetCount,
                    null,
                    status);
        } finally {
            tensorflow.TF_DeleteBuffer(options);
        }
        GraphSession.require(files, status);
    }
}

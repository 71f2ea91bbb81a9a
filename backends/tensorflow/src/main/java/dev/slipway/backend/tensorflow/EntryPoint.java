package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/** A signature of a session, ready to be run. Thread-safe. */
final class EntryPoint implements AutoCloseable {
    private final CheckedModel checked;
    private final Entry entry;
    private final GraphSession session;
    private final Wiring all;
    private final TF_Buffer onCaller;
    private final Pace pace;

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the graph lacks one of its nodes */
    EntryPoint(CheckedModel checked, Entry entry, GraphSession session) {
        this.checked = checked;
        this.entry = entry;
        this.session = session;
        pace = new Pace(checked.mayWait() || checked.options().interOpThreads() > 0);
        TF_Output inputs = session.find(entry.inputs());
        boolean isDone = false;
        try {
            TF_Output outputs = session.find(entry.outputs());
            all = new Wiring(
                    inputs, entry.inputs().size(), outputs, entry.outputs().size());
            isDone = true;
        } finally {
            if (!isDone) {
                inputs.close();
            }
        }
        onCaller = TensorFlowRuntime.onCaller();
    }

    Entry entry() {
        return entry;
    }

    /**
     * Runs with what the slot was fed.
     *
     * @param names of the wanted outputs; empty for all
     */
    InferenceResult run(RunSlot slot, List<String> names, Deadline deadline) {
        if (names.isEmpty()) {
            return run(slot, all, entry.outputs(), deadline);
        }
        List<Port> wanted = wanted(names);
        try (TF_Output outputs = session.find(wanted)) {
            return run(slot, new Wiring(all.inputs(), all.inputCount(), outputs, wanted.size()), wanted, deadline);
        }
    }

    private List<Port> wanted(List<String> names) {
        List<Port> wanted = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            Port found = entry.outputs().stream()
                    .filter(port -> port.name().equals(name))
                    .findFirst()
                    .orElse(null);
            if (found == null || !seen.add(name)) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "output '%s' is %s (expected: each at most once, of %s)"
                                .formatted(
                                        name,
                                        found == null ? "unknown" : "asked for twice",
                                        entry.outputs().stream().map(Port::name).toList()));
            }
            wanted.add(found);
        }
        return wanted;
    }

    private InferenceResult run(RunSlot slot, Wiring wiring, List<Port> wanted, Deadline deadline) {
        long start = System.nanoTime();
        long remaining = deadline.remainingNanos(start);
        boolean isAlone = checked.options().isDeterministic() && !checked.mayWait();
        if (isAlone || pace.isQuick(remaining)) {
            session.run(onCaller, wiring, slot);
        } else {
            TF_Buffer options = TensorFlowRuntime.forMillis(TimeUnit.NANOSECONDS.toMillis(remaining) + 1);
            try {
                session.run(options, wiring, slot);
            } finally {
                tensorflow.TF_DeleteBuffer(options);
            }
        }
        if (!TfErrors.isFine(slot.status())) {
            throw TfErrors.run(checked.files(), slot.status());
        }
        pace.took(System.nanoTime() - start);
        return result(slot, wanted);
    }

    private static InferenceResult result(RunSlot slot, List<Port> wanted) {
        List<TF_Tensor> made = new ArrayList<>(wanted.size());
        for (int place = 0; place < wanted.size(); place++) {
            made.add(slot.output(place));
        }
        NativeTensors.adopt(made.size());
        boolean isDone = false;
        try {
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            for (int place = 0; place < wanted.size(); place++) {
                String name = wanted.get(place).name();
                outputs.put(name, NativeTensors.view(name, made.get(place)));
            }
            isDone = true;
            return new TensorFlowResult(outputs, made);
        } finally {
            if (!isDone) {
                made.forEach(NativeTensors::delete);
            }
        }
    }

    @Override
    public void close() {
        all.close();
        tensorflow.TF_DeleteBuffer(onCaller);
    }
}

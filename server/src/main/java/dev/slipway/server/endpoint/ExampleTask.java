package dev.slipway.server.endpoint;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.example.ExampleResult;
import dev.slipway.protocol.tfserving.example.Task;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a request of examples between its reading and its answer. */
final class ExampleTask {
    /** An int64 of one byte on the wire has eight in a tensor. */
    private static final long BYTES_FOR_ONE = Long.BYTES;

    private final Serving serving;
    private final List<Task> tasks;
    private @Nullable ServableId id;
    private @Nullable ModelDescription model;
    private int examples;

    /** @param tasks that are made of the same outputs */
    ExampleTask(Serving serving, List<Task> tasks) {
        this.serving = serving;
        this.tasks = tasks;
    }

    /** Bytes that the tensors of a message may take together. */
    static long bytesMax(int messageBytes) {
        return BYTES_FOR_ONE * messageBytes + GrpcRouter.TENSOR_BYTES_MAX;
    }

    /** The request to be run: only what the tasks need is asked for. */
    InferenceRequest request(Handle handle, ExampleRequest found, Deadline deadline) {
        ModelDescription description = handle.servable().description();
        id = handle.id();
        model = description;
        examples = found.examples();
        Signature signature = found.signature();
        Set<String> outputs = new LinkedHashSet<>();
        tasks.forEach(task -> outputs.addAll(task.outputs(signature, description)));
        VersionChoice version = new VersionChoice.Exact(handle.id().version());
        return new InferenceRequest(
                new Target(handle.id().model(), version, signature.name()),
                found.inputs(),
                List.copyOf(outputs),
                deadline);
    }

    /** What a task makes of the answer. */
    ExampleResult result(Task task, Answer answer) {
        ModelDescription description = Objects.requireNonNull(model);
        if (!answer.id().equals(id)) {
            // The inputs decided for another version of a label than the one that they were read for.
            description = serving.describe(
                            answer.id().model(),
                            new VersionChoice.Exact(answer.id().version()))
                    .description();
        }
        return task.result(answer.signature(), description, answer.outputs(), examples);
    }
}

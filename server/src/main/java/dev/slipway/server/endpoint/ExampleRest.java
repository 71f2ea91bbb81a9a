package dev.slipway.server.endpoint;

import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Urgency;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.example.JsonExamples;
import dev.slipway.protocol.tfserving.example.ResultJson;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.List;

/** A {@code :classify} or {@code :regress} request of TensorFlow Serving's REST interface. */
final class ExampleRest extends RestModelCall {
    private final Task task;
    private final ExampleTask work;

    ExampleRest(Serving serving, RestRequest request, RestReply reply, ModelPath path, Task task) {
        super(serving, TfServingRest.PROTOCOL, request, reply, path);
        this.task = task;
        this.work = new ExampleTask(serving, List.of(task));
    }

    @Override
    Read read() {
        Handle handle = borrow(new Target(model, version, ""));
        try {
            ExampleRequest found = JsonExamples.read(
                    request.body(), name -> Serving.signature(handle, name), ExampleTask.bytesMax(bytes()));
            return new Read(handle, work.request(handle, found, request.deadline()), Urgency.DEFAULT);
        } catch (RuntimeException | Error e) {
            handle.close();
            throw e;
        }
    }

    @Override
    Encoded write(Answer answer) {
        boolean isNamed = version instanceof VersionChoice.Exact;
        return new Encoded(
                ResultJson.write(work.result(task, answer)),
                -1,
                isNamed ? -1 : answer.id().version());
    }
}

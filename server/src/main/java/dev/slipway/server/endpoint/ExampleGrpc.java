package dev.slipway.server.endpoint;

import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Urgency;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.protocol.tfserving.grpc.ExampleRequestReader;
import dev.slipway.protocol.tfserving.grpc.ExampleResponseWriter;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import dev.slipway.server.transport.GrpcCall;
import java.util.List;

/** A Classify or Regress call of TensorFlow Serving's gRPC interface. */
final class ExampleGrpc extends GrpcModelCall {
    private final Task task;
    private final ExampleTask work;

    ExampleGrpc(Serving serving, GrpcCall call, Task task) {
        super(serving, TfServingGrpc.PROTOCOL, call);
        this.task = task;
        this.work = new ExampleTask(serving, List.of(task));
    }

    @Override
    String peekModel() {
        // The model is named where PredictRequest names it.
        return PredictRequestReader.peekModel(call.message());
    }

    @Override
    Read read() {
        ExampleRequestReader message = new ExampleRequestReader(task, call.message());
        Handle handle = borrow(message.target());
        try {
            // An unknown signature is INVALID_ARGUMENT here, as in the peer; only Predict says FAILED_PRECONDITION.
            ExampleRequest found = message.read(
                    Serving.signature(handle, message.target().signature()), ExampleTask.bytesMax(bytes()));
            return new Read(handle, work.request(handle, found, call.deadline()), Urgency.DEFAULT);
        } catch (RuntimeException | Error e) {
            handle.close();
            throw e;
        }
    }

    @Override
    Encoded write(Answer answer) {
        return new Encoded(ExampleResponseWriter.write(
                answer.id(), answer.signature().name(), work.result(task, answer), call.buffers()));
    }
}

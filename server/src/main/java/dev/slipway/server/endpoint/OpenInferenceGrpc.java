package dev.slipway.server.endpoint;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.core.Answer;
import dev.slipway.core.batching.Urgency;
import dev.slipway.core.sequence.SequenceStep;
import dev.slipway.protocol.openinference.OutputForm;
import dev.slipway.protocol.openinference.OutputForms;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.grpc.InferCall;
import dev.slipway.protocol.openinference.grpc.InferRequestReader;
import dev.slipway.protocol.openinference.grpc.InferResponseWriter;
import dev.slipway.protocol.openinference.grpc.ServerMessages;
import dev.slipway.protocol.openinference.grpc.StreamMessages;
import dev.slipway.server.Readiness;
import dev.slipway.server.Version;
import dev.slipway.server.endpoint.triton.OpenInferenceExtensions;
import dev.slipway.server.provenance.Provenance;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.triton.TritonExtensions;
import java.util.Map;

/** The Open Inference Protocol's gRPC service. */
final class OpenInferenceGrpc {
    private static final String PROTOCOL = "v2-grpc";

    private final Serving serving;
    private final Readiness readiness;
    private final TritonExtensions triton;
    private final OpenInferenceExtensions extensions;

    OpenInferenceGrpc(Serving serving, Readiness readiness, TritonExtensions triton) {
        this.triton = triton;
        this.extensions = new OpenInferenceExtensions(serving, triton);
        this.serving = serving;
        this.readiness = readiness;
    }

    void handle(GrpcCall call, String method) {
        switch (method) {
            case "ModelInfer" -> infer(call);
            case "ModelStreamInfer" -> StreamedInfer.submit(serving, call, triton.memory(call.permit()));
            case "ServerLive" -> call.reply(ServerMessages.writeServerLive(true));
            case "ServerReady" -> call.reply(ServerMessages.writeServerReady(readiness.isReady()));
            case "ModelReady" -> {
                Target target = ServerMessages.readModelReadyRequest(call.message());
                GrpcRouter.requireRead(call, target);
                boolean ready = OpenInferenceRest.isReady(serving, target.model(), target.version(), call.permit());
                call.reply(ServerMessages.writeModelReady(ready));
            }
            case "ServerMetadata" ->
                // Binary tensors are an extension of REST alone; here raw contents belong to the protocol.
                call.reply(ServerMessages.writeServerMetadata(
                        "slipway", Version.OF_THIS_BUILD, OpenInferenceRest.extensions(triton)));
            case "ModelMetadata" -> {
                Target target = ServerMessages.readModelMetadataRequest(call.message());
                GrpcRouter.requireRead(call, target);
                Serving.Described found = serving.describe(target.model(), target.version(), call.permit());
                call.reply(ServerMessages.writeModelMetadata(
                        target.model(),
                        serving.versionsOf(target.model()),
                        found.description(),
                        Provenance.shown(found.description())));
            }
            default -> {
                if (!extensions.handle(call, method)) {
                    throw GrpcRouter.unimplemented(call.method());
                }
            }
        }
    }

    private void infer(GrpcCall call) {
        serving.submit(new Infer(serving, PROTOCOL, call, triton.memory(call.permit())));
    }

    /** A ModelInferRequest. */
    static class Infer extends GrpcModelCall {
        private String id = "";
        private boolean raw;
        private boolean wantsFinal;
        private Map<String, OutputForm> forms = Map.of();
        private final SharedMemory memory;

        Infer(Serving serving, String protocol, GrpcCall call, SharedMemory memory) {
            super(serving, protocol, call);
            this.memory = memory;
        }

        /** To be echoed; empty as long as it was not read. */
        final String id() {
            return id;
        }

        /** Whether the last answer is to say that it is the last. */
        final boolean wantsFinal() {
            return wantsFinal;
        }

        @Override
        boolean isLong() {
            return super.isLong() || SharedWords.in(memory, call.message());
        }

        @Override
        String peekModel() {
            return InferRequestReader.peekModel(call.message());
        }

        @Override
        Read read() {
            InferCall request = InferRequestReader.read(call.message(), GrpcRouter.TENSOR_BYTES_MAX, memory);
            id = request.id();
            raw = request.raw();
            wantsFinal = request.isTrue(StreamMessages.WANTS_FINAL);
            forms = request.forms();
            InferenceRequest inference =
                    new InferenceRequest(request.target(), request.inputs(), request.outputs(), call.deadline());
            Urgency urgency = OpenInferenceRest.urgency(request.schedule());
            SequenceStep step = OpenInferenceRest.step(request.sequence());
            return new Read(borrow(request.target()), inference, urgency, step);
        }

        @Override
        Encoded write(Answer answer) {
            Map<String, Tensor> outputs = OutputForms.apply(answer.outputs(), forms, answer.signature(), description());
            return new Encoded(InferResponseWriter.write(
                    answer.id(),
                    id,
                    TfServingGrpc.mapsAsText(outputs),
                    raw,
                    new InferResponseWriter.Places(forms, memory, call.buffers())));
        }
    }
}

package dev.slipway.server.endpoint;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.Answer;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.grpc.StreamMessages;
import dev.slipway.server.transport.GrpcCall;

/**
 * A request of Triton's ModelStreamInfer. What is wrong with it is said in its answer, and the stream goes on, unless the
 * client asked for errors that end it.
 */
final class StreamedInfer extends OpenInferenceGrpc.Infer {
    private static final String PROTOCOL = "v2-grpc-stream";

    /** Metadata by which a client asks for errors as gRPC has them. */
    private static final String GRPC_ERROR = "triton_grpc_error";

    private final StreamLine line;

    private StreamedInfer(Serving serving, GrpcCall call, StreamLine line, SharedMemory memory) {
        super(serving, PROTOCOL, call, memory);
        this.line = line;
    }

    /** Takes a message of a stream. */
    static void submit(Serving serving, GrpcCall call, SharedMemory memory) {
        StreamLine line = (StreamLine) call.companion(StreamedInfer.class, () -> new StreamLine(call.turn()));
        if (!line.add(() -> serving.submit(new StreamedInfer(serving, call, line, memory)))) {
            // Before it can begin, which it does on this thread.
            call.context().waits();
        }
    }

    @Override
    void placed() {
        line.placed();
    }

    @Override
    Encoded write(Answer answer) {
        return new Encoded(StreamMessages.write(
                super.write(answer).body(), wantsFinal(), context().predictionId()));
    }

    @Override
    void sendError(SlipwayException error) {
        if ("true".equals(call.metadata(GRPC_ERROR))) {
            call.fail(error);
        } else {
            call.reply(StreamMessages.writeError(
                    id(), error.getMessage(), context().predictionId()));
        }
    }
}

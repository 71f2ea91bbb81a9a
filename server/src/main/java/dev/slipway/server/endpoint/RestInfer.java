package dev.slipway.server.endpoint;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.protocol.openinference.InferReader;
import dev.slipway.protocol.openinference.InferRequest;
import dev.slipway.protocol.openinference.InferResponse;
import dev.slipway.protocol.openinference.InferWriter;
import dev.slipway.protocol.openinference.OutputForms;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An inference request of the Open Inference Protocol that came over HTTP. */
final class RestInfer extends RestModelCall {
    private static final String PROTOCOL = "v2-rest";
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final int headerLength;
    private final SharedMemory memory;
    private @Nullable InferRequest read;

    RestInfer(Serving serving, RestRequest request, RestReply reply, ModelPath path, SharedMemory memory) {
        super(serving, PROTOCOL, request, reply, path);
        this.headerLength = headerLength(request.header(HEADER_LENGTH));
        this.memory = memory;
    }

    @Override
    boolean isLong() {
        return super.isLong() || SharedWords.in(memory, request.body());
    }

    @Override
    Read read() {
        Handle handle = borrow(new Target(model, version, ""));
        try {
            Signature signature = InferenceService.signature(handle, "");
            InferRequest found = InferReader.read(request.body(), headerLength, signature, memory);
            read = found;
            VersionChoice exact = new VersionChoice.Exact(handle.id().version());
            Target target = new Target(model, exact, signature.name());
            InferenceRequest inference =
                    new InferenceRequest(target, found.inputs(), found.outputNames(), request.deadline());
            return new Read(
                    handle,
                    inference,
                    OpenInferenceRest.urgency(found.schedule()),
                    OpenInferenceRest.step(found.sequence()));
        } catch (RuntimeException | Error e) {
            handle.close();
            throw e;
        }
    }

    @Override
    Encoded write(Answer answer) {
        InferRequest asked = Objects.requireNonNull(read);
        Map<String, Tensor> outputs =
                OutputForms.apply(answer.outputs(), asked.forms(), answer.signature(), description());
        InferResponse response = InferWriter.write(
                new InferWriter.Model(model, Long.toString(answer.id().version())),
                asked,
                outputs,
                reply.buffers(),
                memory);
        return new Encoded(response.body(), response.headerLength(), -1);
    }

    private static int headerLength(@Nullable String header) {
        if (header == null) {
            return InferReader.NO_HEADER;
        }
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "header %s: '%s' (expected: a whole number of bytes)".formatted(HEADER_LENGTH, header));
    }
}

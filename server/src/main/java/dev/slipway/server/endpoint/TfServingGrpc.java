package dev.slipway.server.endpoint;

import dev.slipway.api.DType;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.core.Answer;
import dev.slipway.core.batching.Urgency;
import dev.slipway.protocol.MapText;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.protocol.tfserving.grpc.ModelMetadataMessages;
import dev.slipway.protocol.tfserving.grpc.ModelStatusMessages;
import dev.slipway.protocol.tfserving.grpc.PredictCall;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import dev.slipway.protocol.tfserving.grpc.PredictResponseWriter;
import dev.slipway.protocol.tfserving.grpc.TensorForm;
import dev.slipway.server.endpoint.management.ReloadRequests;
import dev.slipway.server.transport.GrpcCall;
import java.util.LinkedHashMap;
import java.util.Map;

/** TensorFlow Serving's gRPC services. */
final class TfServingGrpc {
    static final String PROTOCOL = "tfs-grpc";

    private final Serving serving;
    private final ReloadRequests reloads;

    TfServingGrpc(Serving serving, ReloadRequests reloads) {
        this.serving = serving;
        this.reloads = reloads;
    }

    /** @param method {@code Service/Method}, without the package */
    void handle(GrpcCall call, String method) {
        switch (method) {
            case "PredictionService/Predict" -> predict(call);
            case "PredictionService/Classify" -> serving.submit(new ExampleGrpc(serving, call, Task.CLASSIFY));
            case "PredictionService/Regress" -> serving.submit(new ExampleGrpc(serving, call, Task.REGRESS));
            case "PredictionService/MultiInference" -> new MultiInference(serving, call).run();
            case "PredictionService/GetModelMetadata" -> {
                Target target = ModelMetadataMessages.readRequest(call.message());
                GrpcRouter.requireRead(call, target);
                Serving.Described found = serving.describe(target.model(), target.version(), call.permit());
                call.reply(ModelMetadataMessages.writeResponse(found.id(), found.description()));
            }
            case "ModelService/GetModelStatus" -> {
                Target target = ModelStatusMessages.readRequest(call.message());
                GrpcRouter.requireRead(call, target);
                call.reply(ModelStatusMessages.writeResponse(
                        serving.status(target.model(), call.permit()), target.version()));
            }
            case "ModelService/HandleReloadConfigRequest" -> reloads.handle(call);
            default -> throw unimplemented(method);
        }
    }

    private static SlipwayException unimplemented(String method) {
        return GrpcRouter.unimplemented("tensorflow.serving." + method);
    }

    private void predict(GrpcCall call) {
        serving.submit(new Predict(serving, call));
    }

    private static final class Predict extends GrpcModelCall {
        Predict(Serving serving, GrpcCall call) {
            super(serving, PROTOCOL, call);
        }

        @Override
        String peekModel() {
            return PredictRequestReader.peekModel(call.message());
        }

        @Override
        Read read() {
            PredictCall request = PredictRequestReader.read(call.message(), GrpcRouter.TENSOR_BYTES_MAX);
            InferenceRequest inference =
                    new InferenceRequest(request.target(), request.inputs(), request.outputFilter(), call.deadline());
            return new Read(borrow(request.target()), inference, Urgency.DEFAULT);
        }

        @Override
        Encoded write(Answer answer) {
            return new Encoded(PredictResponseWriter.write(
                    answer.id(),
                    answer.signature().name(),
                    mapsAsText(answer.outputs()),
                    TensorForm.VALUES,
                    call.buffers()));
        }
    }

    /** Protobuf has no form for maps: they go as text. */
    static Map<String, Tensor> mapsAsText(Map<String, Tensor> outputs) {
        boolean hasMaps = false;
        for (Tensor tensor : outputs.values()) {
            hasMaps |= tensor.dtype() == DType.MAP;
        }
        if (!hasMaps) {
            return outputs;
        }
        Map<String, Tensor> texts = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> texts.put(name, MapText.toStrings(tensor)));
        return texts;
    }
}

package dev.slipway.server.endpoint.torchserve;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.torchserve.Prediction;
import dev.slipway.protocol.torchserve.PredictionReader;
import dev.slipway.protocol.torchserve.PredictionWriter;
import dev.slipway.server.endpoint.Form;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A prediction: of whatever body, answered by the likeliest classes or by the model's outputs. */
final class PredictionForm implements Form {
    private final RestRequest request;
    private final BooleanSupplier isModelKnown;
    private volatile @Nullable Prediction asked;

    PredictionForm(RestRequest request, BooleanSupplier isModelKnown) {
        this.request = request;
        this.isModelKnown = isModelKnown;
    }

    @Override
    public Question read(RestRequest from, Function<String, Signature> signatures) {
        Prediction prediction =
                PredictionReader.read(from.header("content-type"), from.query(), from.body(), signatures);
        asked = prediction;
        return new Question(prediction.signature(), prediction.inputs());
    }

    @Override
    public Written write(Map<String, Tensor> outputs, ModelDescription model) {
        PredictionWriter.Written written =
                PredictionWriter.write(Objects.requireNonNull(asked), outputs, model.classes());
        return new Written(written.contentType(), TorchAnswers.headers(request), written.body());
    }

    @Override
    public void fail(RestReply reply, SlipwayException error) {
        TorchAnswers.error(request, reply, error, isModelKnown.getAsBoolean());
    }
}

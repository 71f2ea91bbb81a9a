package dev.slipway.server.endpoint.triton;

import com.google.protobuf.Message;
import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.openinference.ModelConfigs;
import dev.slipway.protocol.openinference.ProtoJson;
import dev.slipway.protocol.openinference.grpc.ExtensionMessages;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelStatisticsResponse;
import dev.slipway.server.endpoint.GrpcRouter;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.Statistics;
import dev.slipway.server.triton.TritonModels;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Triton's extensions {@code model_configuration} and {@code statistics}. Files are read and many models gone through: not on
 * event loops.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_configuration.md">
 *     Triton: model configuration extension</a>
 */
public final class ConfigAndStatistics {
    private static final String LINE = "extensions";

    private final Serving serving;
    private final TritonModels models;
    private final Statistics statistics;

    public ConfigAndStatistics(Serving serving, TritonModels models, Statistics statistics) {
        this.serving = serving;
        this.models = models;
        this.statistics = statistics;
    }

    /** Answers {@code GET /v2/models/NAME[/versions/V]/config}. */
    public void config(RestRequest request, String model, VersionChoice version, RestReply reply) {
        rest(() -> configOf(model, version, request.permit()), reply);
    }

    /** Answers ModelConfig. */
    public void config(GrpcCall call) {
        Target target = ExtensionMessages.readConfigRequest(call.message());
        GrpcRouter.requireRead(call, target);
        aside(
                () -> configOf(target.model(), target.version(), call.permit()),
                config -> call.reply(ExtensionMessages.writeConfig(config)),
                call::fail);
    }

    /**
     * Answers {@code GET /v2/models[/NAME[/versions/V]]/stats}.
     *
     * @param model null for all
     * @param version {@link VersionChoice#LATEST} for all
     */
    public void statistics(RestRequest request, @Nullable String model, VersionChoice version, RestReply reply) {
        rest(() -> statisticsOf(model, version, request.permit()), reply);
    }

    /** Answers ModelStatistics. */
    public void statistics(GrpcCall call) {
        Target target = ExtensionMessages.readStatisticsRequest(call.message());
        GrpcRouter.requireRead(call, target);
        aside(
                () -> target == null
                        ? statisticsOf(null, VersionChoice.LATEST, call.permit())
                        : statisticsOf(target.model(), target.version(), call.permit()),
                found -> call.reply(ExtensionMessages.write(found)),
                call::fail);
    }

    private void rest(Supplier<Message> answer, RestReply reply) {
        aside(
                answer,
                message -> HttpAnswers.json(reply, ProtoJson.write(message)),
                refused -> HttpAnswers.error(reply, refused));
    }

    private <T> void aside(Supplier<T> work, Consumer<T> answer, Consumer<SlipwayException> refused) {
        serving.submitAside(LINE, () -> answer.accept(work.get()), refused);
    }

    private ModelConfig configOf(String model, VersionChoice version, Permit permit) {
        Serving.Described found = serving.describe(model, version, permit);
        return ModelConfigs.of(model, found.description(), models.config(found.id()));
    }

    private ModelStatisticsResponse statisticsOf(@Nullable String model, VersionChoice version, Permit permit) {
        ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
        Collection<ModelStatus> asked = model == null
                ? permit.readable(serving.statuses().values(), ModelStatus::name)
                : List.of(serving.status(model, permit));
        for (ModelStatus status : asked) {
            for (VersionStatus known : status.versions()) {
                if (known.state() != VersionState.ENDED && isMeant(version, known.version(), status)) {
                    all.addModelStats(statistics.snapshot(new ServableId(status.name(), known.version())));
                }
            }
        }
        if (all.getModelStatsCount() == 0 && !version.equals(VersionChoice.LATEST)) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    "model '%s' has no version of that name (available: %s)"
                            .formatted(model, String.join(", ", serving.versionsOf(String.valueOf(model)))));
        }
        return all.build();
    }

    private static boolean isMeant(VersionChoice choice, long version, ModelStatus status) {
        if (choice instanceof VersionChoice.Exact exact) {
            return exact.version() == version;
        }
        if (choice instanceof VersionChoice.Label label) {
            Split named = status.labels().get(label.label());
            return named != null && named.weights().containsKey(version);
        }
        return true;
    }
}

package dev.slipway.server.endpoint.management;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.ModelSettings;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.tfserving.grpc.ReloadMessages;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.management.ConfigEdits;
import dev.slipway.server.management.Failures;
import dev.slipway.server.management.Management;
import dev.slipway.server.transport.GrpcCall;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * TensorFlow Serving's HandleReloadConfigRequest: replaces all models that are named with a place of their own. It is
 * answered once that is what is asked for; loads go on, as in the peer.
 */
public final class ReloadRequests {
    private static final String ORIGIN = "grpc";

    private final Management management;
    private final Function<ModelServerConfig, Map<String, ModelConfig>> reader;

    /** @param reader what a message says of each model, or a {@link SlipwayException} when it does not make sense */
    public ReloadRequests(Management management, Function<ModelServerConfig, Map<String, ModelConfig>> reader) {
        this.management = management;
        this.reader = reader;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    public void handle(GrpcCall call) {
        management
                .edit(OptionalLong.empty(), config -> replaced(config, read(call)), ORIGIN)
                .whenComplete((revision, failure) -> call.reply(
                        ReloadMessages.writeResponse(failure == null ? null : Failures.asSlipwayException(failure))));
    }

    /** On management's thread: a list may be long. */
    private Map<String, ModelConfig> read(GrpcCall call) {
        ModelServerConfig config = ReloadMessages.readRequest(call.message());
        return config.getModelConfigList().getConfigCount() == 0 ? Map.of() : reader.apply(config);
    }

    /**
     * What the peer has no words for stays as it was: of models that stay, and of those in the repository. Of one that moves, that
     * it has to be signed.
     */
    private static ServingConfig replaced(ServingConfig config, Map<String, ModelConfig> wanted) {
        Map<String, ModelConfig> models = new TreeMap<>();
        config.models().forEach((name, entry) -> {
            if (entry.location().isEmpty()) {
                models.put(name, entry);
            }
        });
        wanted.forEach((name, entry) -> {
            ModelConfig before = config.models().get(name);
            models.put(
                    name,
                    before != null && before.location().equals(entry.location())
                            ? changed(before, entry)
                            : ConfigEdits.signedAsBefore(name, config.of(name), entry));
        });
        return config.withModels(models);
    }

    private static ModelConfig changed(ModelConfig before, ModelConfig entry) {
        ModelSettings was = before.lifecycle();
        return before.withVersions(entry.versions())
                .withLifecycle(new ModelSettings(
                        entry.lifecycle().labels(), was.residency(), was.isPinned(), false, was.policy()));
    }
}

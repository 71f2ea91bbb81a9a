package dev.slipway.server.endpoint.triton;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.TritonExtensions;
import java.util.List;

/** What Triton has beside the Open Inference Protocol, but for requests for models themselves and the repository. */
public final class OpenInferenceExtensions {
    /** Those whose operations are here and always there. */
    public static final List<String> NAMES = List.of("model_configuration", "statistics", "trace", "logging");

    private final ConfigAndStatistics models;
    private final SettingsEndpoint settings;
    private final SharedMemoryEndpoint memory;

    public OpenInferenceExtensions(Serving serving, TritonExtensions triton) {
        this.models = new ConfigAndStatistics(serving, triton.models(), triton.statistics());
        this.settings = new SettingsEndpoint(serving, triton.logs(), triton.traces());
        this.memory = new SharedMemoryEndpoint(triton.regions());
    }

    /**
     * Answers what is not about a model.
     *
     * @param path segments behind {@code /v2}
     * @return whether the path is one of these
     */
    public boolean handle(RestRequest request, List<String> path, RestReply reply) {
        String first = path.isEmpty() ? "" : path.get(0);
        if (path.equals(List.of("models", "stats"))) {
            if (HttpAnswers.requireMethod(request, "GET", reply)) {
                models.statistics(request, null, VersionChoice.LATEST, reply);
            }
        } else if (path.equals(List.of("logging"))) {
            settings.logging(request, reply);
        } else if (path.equals(List.of("trace", "setting"))) {
            settings.trace(request, "", reply);
        } else if (path.size() == 4
                && first.equals("models")
                && path.subList(2, 4).equals(List.of("trace", "setting"))) {
            settings.trace(request, path.get(1), reply);
        } else if (first.equals("systemsharedmemory")) {
            memory.rest(request, path.subList(1, path.size()), reply);
        } else if (first.equals("cudasharedmemory")) {
            throw SharedMemoryEndpoint.cuda();
        } else {
            return false;
        }
        return true;
    }

    /** Answers {@code GET /v2/models/NAME[/versions/V]/config}. */
    public void config(RestRequest request, String model, VersionChoice version, RestReply reply) {
        models.config(request, model, version, reply);
    }

    /** Answers {@code GET /v2/models/NAME[/versions/V]/stats}. */
    public void statistics(RestRequest request, String model, VersionChoice version, RestReply reply) {
        models.statistics(request, model, version, reply);
    }

    /**
     * Answers a call.
     *
     * @param method of the service, without its name
     * @return whether it is one of these
     * @throws SlipwayException as the method does; {@code UNIMPLEMENTED} for CUDA
     */
    public boolean handle(GrpcCall call, String method) {
        switch (method) {
            case "ModelConfig" -> models.config(call);
            case "ModelStatistics" -> models.statistics(call);
            case "TraceSetting" -> settings.trace(call);
            case "LogSettings" -> settings.logging(call);
            case "SystemSharedMemoryStatus" -> memory.status(call);
            case "SystemSharedMemoryRegister" -> memory.register(call);
            case "SystemSharedMemoryUnregister" -> memory.unregister(call);
            case "CudaSharedMemoryStatus", "CudaSharedMemoryRegister", "CudaSharedMemoryUnregister" ->
                throw SharedMemoryEndpoint.cuda();
            default -> {
                return false;
            }
        }
        return true;
    }
}

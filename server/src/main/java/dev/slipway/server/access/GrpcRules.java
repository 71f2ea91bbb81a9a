package dev.slipway.server.access;

import static dev.slipway.access.Action.ADMINISTER;
import static dev.slipway.access.Action.DEPLOY;
import static dev.slipway.access.Action.PREDICT;
import static dev.slipway.access.Action.READ;

import dev.slipway.access.Action;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table of what each gRPC method needs. A method without a line is for those alone who may do everything. */
final class GrpcRules {
    private static final Map<String, Rule> RULES = new HashMap<>();

    static {
        put(new Rule.Probe(), "grpc.health.v1.Health/", "Check", "Watch");
        put(Rule.OPEN, "inference.GRPCInferenceService/", "ServerLive", "ServerReady");
        put(Rule.server(READ), "inference.GRPCInferenceService/", "ServerMetadata");
        put(Rule.LISTED, "inference.GRPCInferenceService/", "RepositoryIndex");
        // Both tell and change.
        put(Rule.server(ADMINISTER), "inference.GRPCInferenceService/", "TraceSetting", "LogSettings");
        put(
                Rule.server(PREDICT),
                "inference.GRPCInferenceService/",
                "SystemSharedMemoryStatus",
                "SystemSharedMemoryRegister",
                "SystemSharedMemoryUnregister",
                "CudaSharedMemoryStatus",
                "CudaSharedMemoryRegister",
                "CudaSharedMemoryUnregister");
        inside(
                READ,
                "inference.GRPCInferenceService/",
                "ModelReady",
                "ModelMetadata",
                "ModelConfig",
                "ModelStatistics");
        inside(PREDICT, "inference.GRPCInferenceService/", "ModelInfer", "ModelStreamInfer");
        inside(DEPLOY, "inference.GRPCInferenceService/", "RepositoryModelLoad", "RepositoryModelUnload");
        inside(PREDICT, "tensorflow.serving.PredictionService/", "Predict", "Classify", "Regress", "MultiInference");
        inside(READ, "tensorflow.serving.PredictionService/", "GetModelMetadata");
        inside(READ, "tensorflow.serving.ModelService/", "GetModelStatus");
        // It says all models that are to be served, and so which are not.
        put(Rule.server(DEPLOY), "tensorflow.serving.ModelService/", "HandleReloadConfigRequest");
    }

    private GrpcRules() {}

    /** @param method {@code package.Service/Method} */
    static Rule of(String method) {
        return RULES.getOrDefault(method, RestRules.UNKNOWN);
    }

    /** Whether there is a line for it. */
    static boolean has(String method) {
        return RULES.containsKey(method);
    }

    private static void inside(Action action, String service, String... methods) {
        put(new Rule.Inside(action), service, methods);
    }

    private static void put(Rule rule, String service, String... methods) {
        List.of(methods).forEach(method -> RULES.put(service + method, rule));
    }
}

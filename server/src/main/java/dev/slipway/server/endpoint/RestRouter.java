package dev.slipway.server.endpoint;

import dev.slipway.core.batching.DispatchState;
import dev.slipway.server.Readiness;
import dev.slipway.server.endpoint.management.Managed;
import dev.slipway.server.endpoint.management.ManagementRest;
import dev.slipway.server.endpoint.management.TritonRepository;
import dev.slipway.server.endpoint.torchserve.TorchServeRest;
import dev.slipway.server.transport.RestHandler;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.TritonExtensions;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Sends each HTTP request to the protocol that its path belongs to. */
public final class RestRouter implements RestHandler {
    private static final String PATHS =
            "/v1/models, /v1/models/NAME[/versions/N|/labels/L][:predict|:classify|:regress|/metadata], /v2/models/NAME/infer, /v2/health,"
                    + " /v2/repository, /invocations, /predictions/NAME[/VERSION], /models, /ping, /slipway/v1/openapi.json, /metrics";

    private final MetricsRest metrics;
    private final TfServingRest tfServing;
    private final MlflowRest mlflow;
    private final OpenInferenceRest openInference;
    private final TritonRepository repository;
    private final ManagementRest management;
    private final TorchServeRest torchServe;

    /** @param dispatches what there is to say of how requests are run */
    public RestRouter(
            Serving serving,
            Readiness readiness,
            Supplier<List<DispatchState>> dispatches,
            Managed managed,
            TritonExtensions triton) {
        this.metrics =
                new MetricsRest(serving::metrics, (work, refused) -> serving.submitAside("metrics", work, refused));
        this.tfServing = new TfServingRest(serving);
        this.mlflow = new MlflowRest(serving, readiness);
        this.openInference = new OpenInferenceRest(serving, readiness, triton);
        this.repository = new TritonRepository(managed.management(), serving::submitAside);
        this.torchServe = new TorchServeRest(serving, readiness, managed);
        this.management =
                new ManagementRest(managed, serving::submitAside, new DispatchRest(serving, dispatches)::handle);
    }

    @Override
    public void handle(RestRequest request, RestReply reply) {
        List<String> path = RestPath.segments(request.path());
        String first = path.isEmpty() ? "" : path.get(0);
        if (first.equals("v1") && path.size() >= 2 && path.get(1).equals("models")) {
            tfServing.handle(request, path.subList(2, path.size()), reply);
        } else if (first.equals("v2") && path.size() >= 2 && path.get(1).equals("repository")) {
            repository.handle(request, path.subList(2, path.size()), reply);
        } else if (first.equals("v2")) {
            openInference.handle(request, path.subList(1, path.size()), reply);
        } else if (first.equals("slipway") && path.size() >= 2 && path.get(1).equals("v1")) {
            management.handle(request, path.subList(2, path.size()), reply);
        } else if (MlflowRest.PATHS.contains(first)) {
            mlflow.handle(request, path, reply);
        } else if (path.equals(List.of("metrics")) || path.equals(List.of("monitoring", "prometheus", "metrics"))) {
            metrics.handle(request, reply);
        } else if (torchServe.serves(request.method(), path)) {
            torchServe.handle(request, path, reply);
        } else {
            HttpAnswers.error(
                    reply, 404, Map.of(), "path '%s' is unknown (expected: %s)".formatted(request.path(), PATHS));
        }
    }
}

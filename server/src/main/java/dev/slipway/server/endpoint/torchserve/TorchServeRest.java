package dev.slipway.server.endpoint.torchserve;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.server.Readiness;
import dev.slipway.server.endpoint.Form;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.endpoint.management.Managed;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The routes of MXNet Model Server (Multi Model Server) and TorchServe: predictions, health, description, and management of
 * models.
 *
 * @see <a href="https://pytorch.org/serve/rest_api.html">TorchServe: REST API</a>
 */
public final class TorchServeRest {
    private static final String PROTOCOL = "torchserve";
    private static final Set<String> PREDICT = Set.of("POST", "PUT", "GET");

    private final Serving serving;
    private final Readiness readiness;
    private final TorchModels models;

    public TorchServeRest(Serving serving, Readiness readiness, Managed managed) {
        this.serving = serving;
        this.readiness = readiness;
        this.models = new TorchModels(managed, serving);
    }

    /** Whether a path is one of these routes, if perhaps a wrong one. */
    public boolean serves(String method, List<String> path) {
        if (path.isEmpty()) {
            return method.equals("OPTIONS");
        }
        return switch (path.get(0)) {
            case "ping", "api-description", "predictions", "models" -> true;
            default -> isLegacy(path);
        };
    }

    /** {@code NAME/predict} and {@code NAME/VERSION/predict}. */
    private static boolean isLegacy(List<String> path) {
        return (path.size() == 2 || path.size() == 3)
                && path.get(path.size() - 1).equals("predict");
    }

    /** Answers a request that {@link #serves}. */
    public void handle(RestRequest request, List<String> path, RestReply reply) {
        try {
            route(request, path, reply);
        } catch (SlipwayException e) {
            TorchAnswers.error(request, reply, e, false);
        }
    }

    private void route(RestRequest request, List<String> path, RestReply reply) {
        String first = path.isEmpty() ? "" : path.get(0);
        if (first.isEmpty() || path.equals(List.of("api-description"))) {
            describe(request, reply);
        } else if (path.equals(List.of("ping"))) {
            boolean isReady = readiness.isReady();
            TorchAnswers.status(request, reply, isReady ? 200 : 503, isReady ? "Healthy" : "Unhealthy");
        } else if (first.equals("predictions") && (path.size() == 2 || path.size() == 3)) {
            predict(request, path.subList(1, path.size()), reply);
        } else if (first.equals("models")) {
            models.handle(request, path.subList(1, path.size()), reply);
        } else if (isLegacy(path)) {
            predict(request, path.subList(0, path.size() - 1), reply);
        } else {
            TorchAnswers.unknownPath(request, reply);
        }
    }

    /** @param path the model, and its version where that is named */
    private void predict(RestRequest request, List<String> path, RestReply reply) {
        if (!PREDICT.contains(request.method())) {
            TorchAnswers.wrongMethod(request, reply, "GET, POST, PUT");
            return;
        }
        String model = path.get(0);
        VersionChoice version = path.size() == 1 ? VersionChoice.LATEST : VersionPath.choice(path.get(1));
        serving.submit(
                request,
                reply,
                new Form.Named(PROTOCOL, model, version),
                new PredictionForm(request, () -> serving.statuses().containsKey(model)));
    }

    private static void describe(RestRequest request, RestReply reply) {
        if (!request.method().equals("GET") && !request.method().equals("OPTIONS")) {
            TorchAnswers.wrongMethod(request, reply, "GET, OPTIONS");
            return;
        }
        reply.send(200, HttpAnswers.JSON, TorchAnswers.headers(request), ByteBuffer.wrap(openApi()));
    }

    /** The OpenAPI 3.1 document. */
    static byte[] openApi() {
        try (InputStream in = TorchServeRest.class.getResourceAsStream("openapi.json")) {
            return Objects.requireNonNull(in, "openapi.json").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

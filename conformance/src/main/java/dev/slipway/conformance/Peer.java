package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.slipway.api.SlipwayException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server says of itself; asked once for each thing. */
final class Peer {
    private static final String MLFLOW_PROBE =
            "{\"dataframe_split\": {\"columns\": [\"a\", \"b\"], \"data\": [[1.0, 2.0]]}}";

    private final Target target;
    private final Wire wire;
    private final Map<String, Boolean> there = new HashMap<>();
    private @Nullable JsonNode metadata;
    private @Nullable Boolean grpc;

    Peer(Target target, Wire wire) {
        this.target = target;
        this.wire = wire;
    }

    /** @throws SlipwayException when there is no server */
    void greet() {
        ask(target.rest(), "GET", "/", "");
    }

    /** Why a case is not for this server, or null. */
    @Nullable
    String missing(VectorCase one) {
        if (one.isGrpc() && !speaksGrpc()) {
            return "no gRPC at %s (--grpc names another address)".formatted(target.grpc());
        }
        if (one.asksManagement() && target.management() == null) {
            return "no management address (--management names it)";
        }
        String missing = missingProtocol(one.profile());
        for (String model : one.needs().models()) {
            missing = missing == null ? missingModel(one.profile(), model) : missing;
        }
        for (String extension : one.needs().extensions()) {
            missing = missing == null && !hasExtension(extension)
                    ? "extension %s is not in the server's metadata".formatted(extension)
                    : missing;
        }
        return missing == null ? missingParts(one.profile(), one.needs()) : missing;
    }

    private @Nullable String missingProtocol(Profile profile) {
        return switch (profile) {
            case TFSERVING -> null;
            case OPEN_INFERENCE, TRITON ->
                metadata().has("name") ? null : "server does not speak the Open Inference Protocol (GET /v2)";
            case SLIPWAY -> metadata().path("name").asText().equals("slipway") ? null : "server is no Slipway";
            case MMS ->
                isGood("OPTIONS", "/", "") || isGood("GET", "/api-description", "")
                        ? null
                        : "server describes no API of MMS or TorchServe (OPTIONS /, GET /api-description)";
            case MLFLOW ->
                isGood("POST", "/invocations", MLFLOW_PROBE)
                        ? null
                        : "server does not serve the model 'columns' as MLflow does (POST /invocations)";
        };
    }

    private @Nullable String missingModel(Profile profile, String model) {
        String path = modelPath(profile, model);
        boolean found = profile == Profile.MMS
                ? isGood("OPTIONS", "/predictions/" + model, "") || isManaged(model)
                : isGood("GET", path, "");
        return found ? null : "model '%s' is not there (%s)".formatted(model, path);
    }

    private static String modelPath(Profile profile, String model) {
        return switch (profile) {
            case TFSERVING -> "/v1/models/" + model;
            case MMS -> "/predictions/" + model;
            default -> "/v2/models/" + model + "/ready";
        };
    }

    private boolean isManaged(String model) {
        URI management = target.management();
        return management != null && isGood(management, "GET", "/models/" + model, "");
    }

    private @Nullable String missingParts(Profile profile, Needs needs) {
        for (String model : needs.versions().keySet()) {
            for (String version : needs.versions().getOrDefault(model, List.of())) {
                String path = profile == Profile.TFSERVING
                        ? "/v1/models/%s/versions/%s".formatted(model, version)
                        : "/v2/models/%s/versions/%s/ready".formatted(model, version);
                if (!isGood("GET", path, "")) {
                    return "model '%s' has no version %s (%s)".formatted(model, version, path);
                }
            }
        }
        for (String model : needs.labels().keySet()) {
            for (String label : needs.labels().getOrDefault(model, List.of())) {
                if (!isGood("GET", "/v1/models/%s/labels/%s".formatted(model, label), "")) {
                    return "model '%s' has no label '%s'".formatted(model, label);
                }
            }
        }
        return missingSignature(needs);
    }

    private @Nullable String missingSignature(Needs needs) {
        for (String model : needs.signatures().keySet()) {
            Answer answer = ask(target.rest(), "GET", "/v1/models/" + model + "/metadata", "");
            JsonNode signatures = Vectors.json(answer.body().toStringUtf8())
                    .path("metadata")
                    .path("signature_def")
                    .path("signature_def");
            for (String signature : needs.signatures().getOrDefault(model, List.of())) {
                if (!signatures.has(signature)) {
                    return "model '%s' has no signature '%s'".formatted(model, signature);
                }
            }
        }
        return null;
    }

    private boolean hasExtension(String extension) {
        // Triton has this one without saying so.
        if (extension.equals("generate") && metadata().path("name").asText().equals("triton")) {
            return true;
        }
        for (JsonNode word : metadata().path("extensions")) {
            if (word.asText().equals(extension)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode metadata() {
        if (metadata == null) {
            Answer answer = ask(target.rest(), "GET", "/v2", "");
            metadata = answer.status() == 200 ? Vectors.json(answer.body().toStringUtf8()) : Vectors.JSON.missingNode();
        }
        return metadata;
    }

    /** Whether any gRPC server is there: each has something to say to a method that no server has. */
    private boolean speaksGrpc() {
        if (grpc == null) {
            Map<String, String> headers = Map.of("content-type", "application/grpc", "te", "trailers");
            ByteString nothing = ByteString.copyFrom(new byte[5]);
            try {
                Answer answer = wire.ask(
                        new Wire.Question(target.grpc(), "POST", "/slipway.None/None", headers, nothing, true));
                grpc = !answer.header("grpc-status").isEmpty();
            } catch (SlipwayException e) {
                grpc = false;
            }
        }
        return grpc;
    }

    private boolean isGood(String method, String path, String body) {
        return isGood(target.rest(), method, path, body);
    }

    private boolean isGood(URI server, String method, String path, String body) {
        return there.computeIfAbsent(
                server + " " + method + " " + path,
                key -> ask(server, method, path, body).status() == 200);
    }

    /** A question of our own; no answer counts as a bad one once the server has answered before. */
    private Answer ask(URI server, String method, String path, String body) {
        Map<String, String> headers = body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json");
        try {
            return wire.ask(new Wire.Question(server, method, path, headers, ByteString.copyFromUtf8(body), false));
        } catch (SlipwayException e) {
            if (path.equals("/")) {
                throw e;
            }
            return new Answer(0, Map.of(), ByteString.EMPTY, Vectors.JSON.createArrayNode());
        }
    }
}

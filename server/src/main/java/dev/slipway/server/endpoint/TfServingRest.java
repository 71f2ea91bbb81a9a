package dev.slipway.server.endpoint;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Urgency;
import dev.slipway.protocol.tfserving.ModelJson;
import dev.slipway.protocol.tfserving.PredictReader;
import dev.slipway.protocol.tfserving.PredictRequest;
import dev.slipway.protocol.tfserving.PredictWriter;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TensorFlow Serving's REST interface, below {@code /v1/models}.
 *
 * @see <a href="https://www.tensorflow.org/tfx/serving/api_rest">TensorFlow Serving: RESTful API</a>
 */
final class TfServingRest {
    static final String PROTOCOL = "tfs-rest";

    private final Serving serving;

    TfServingRest(Serving serving) {
        this.serving = serving;
    }

    /** A path behind {@code /v1/models}, taken apart. */
    private record Route(String model, VersionChoice version, String verb) {}

    /** @param path segments behind {@code /v1/models} */
    void handle(RestRequest request, List<String> path, RestReply reply) {
        if (path.isEmpty()) {
            list(request, reply);
            return;
        }
        Route route = route(path);
        boolean isCall = route.verb().startsWith(":");
        String expected = isCall ? "POST" : "GET";
        if (!request.method().equals(expected)) {
            HttpAnswers.wrongMethod(reply, request.method(), expected);
            return;
        }
        switch (route.verb()) {
            case "" ->
                HttpAnswers.json(
                        reply, ModelJson.status(serving.status(route.model(), request.permit()), route.version()));
            case "/metadata" -> {
                Serving.Described found = serving.describe(route.model(), route.version(), request.permit());
                HttpAnswers.json(
                        reply, ModelJson.metadata(found.id().model(), found.id().version(), found.description()));
            }
            case ":predict" -> predict(request, route, reply);
            case ":classify" -> examples(request, route, Task.CLASSIFY, reply);
            case ":regress" -> examples(request, route, Task.REGRESS, reply);
            default ->
                throw new SlipwayException(
                        ErrorCode.UNIMPLEMENTED,
                        "'%s' is not served for model '%s' (expected: :predict, :classify or :regress)"
                                .formatted(route.verb(), route.model()));
        }
    }

    private void list(RestRequest request, RestReply reply) {
        if (!request.method().equals("GET")) {
            HttpAnswers.wrongMethod(reply, request.method(), "GET");
            return;
        }
        serving.submitAside(
                "list",
                () -> HttpAnswers.json(reply, ModelJson.list(serving.statuses(request.permit()))),
                refused -> HttpAnswers.error(reply, refused));
    }

    private void predict(RestRequest request, Route route, RestReply reply) {
        if (ContentTypes.acceptJson(request, reply)) {
            serving.submit(new Predict(serving, request, reply, route));
        }
    }

    private void examples(RestRequest request, Route route, Task task, RestReply reply) {
        if (ContentTypes.acceptJson(request, reply)) {
            RestModelCall.ModelPath path = new RestModelCall.ModelPath(route.model(), route.version());
            serving.submit(new ExampleRest(serving, request, reply, path, task));
        }
    }

    private static final class Predict extends RestModelCall {
        private @Nullable PredictRequest read;

        Predict(Serving serving, RestRequest request, RestReply reply, Route route) {
            super(serving, PROTOCOL, request, reply, new ModelPath(route.model(), route.version()));
        }

        @Override
        Read read() {
            Handle handle = borrow(new Target(model, version, ""));
            try {
                PredictRequest found = PredictReader.read(request.body(), name -> Serving.signature(handle, name));
                read = found;
                return new Read(handle, inference(handle, found, request.deadline()), Urgency.DEFAULT);
            } catch (RuntimeException | Error e) {
                handle.close();
                throw e;
            }
        }

        @Override
        Encoded write(Answer answer) {
            PredictRequest asked = Objects.requireNonNull(read);
            ByteBuffer body = PredictWriter.write(asked.signature(), asked.rowFormat(), answer.outputs());
            // Who names a version knows it; to the others the protocol has no word for it.
            boolean isNamed = version instanceof VersionChoice.Exact;
            return new Encoded(body, -1, isNamed ? -1 : answer.id().version());
        }
    }

    static InferenceRequest inference(Handle handle, PredictRequest request, Deadline deadline) {
        VersionChoice version = new VersionChoice.Exact(handle.id().version());
        Target target =
                new Target(handle.id().model(), version, request.signature().name());
        return new InferenceRequest(target, request.inputs(), List.of(), deadline);
    }

    /** {@code NAME[:verb]}, {@code NAME/versions/N[:verb]} or {@code NAME/labels/L[:verb]}, or {@code .../metadata}. */
    private static Route route(List<String> path) {
        String verb = "";
        int size = path.size();
        String last = path.get(size - 1);
        int colon = last.lastIndexOf(':');
        if (colon >= 0) {
            verb = last.substring(colon);
            last = last.substring(0, colon);
        } else if (size % 2 == 0 && last.equals("metadata")) {
            verb = "/metadata";
            size--;
            last = path.get(size - 1);
        }
        String model = size == 1 ? last : path.get(0);
        if (size == 1) {
            return new Route(model, VersionChoice.LATEST, verb);
        }
        if (size == 3 && path.get(1).equals("versions")) {
            return new Route(model, RestPath.version(last), verb);
        }
        if (size == 3 && path.get(1).equals("labels")) {
            return new Route(model, new VersionChoice.Label(last), verb);
        }
        throw new SlipwayException(
                ErrorCode.NOT_FOUND,
                "path '%s' is unknown (expected: /v1/models/NAME[/versions/N|/labels/L][:predict|:classify|:regress|/metadata])"
                        .formatted("/v1/models/" + String.join("/", path)));
    }
}

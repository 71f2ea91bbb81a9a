package dev.slipway.server.endpoint;

import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.batching.Urgency;
import dev.slipway.core.sequence.SequenceStep;
import dev.slipway.protocol.openinference.ModelJson;
import dev.slipway.protocol.openinference.Schedule;
import dev.slipway.protocol.openinference.SequenceParameters;
import dev.slipway.server.Readiness;
import dev.slipway.server.Version;
import dev.slipway.server.endpoint.management.TritonRepository;
import dev.slipway.server.endpoint.triton.OpenInferenceExtensions;
import dev.slipway.server.provenance.Provenance;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.TritonExtensions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Open Inference Protocol's REST interface, below {@code /v2}.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">
 *     Open Inference Protocol: REST</a>
 */
final class OpenInferenceRest {
    private static final int UNAVAILABLE = 503;

    /** What may stand behind a model and its version. */
    private static final Set<String> VERBS =
            Set.of("", "infer", "ready", "config", "stats", "generate", "generate_stream");

    private final Serving serving;
    private final Readiness readiness;
    private final TritonExtensions triton;
    private final OpenInferenceExtensions extensions;

    OpenInferenceRest(Serving serving, Readiness readiness, TritonExtensions triton) {
        this.serving = serving;
        this.readiness = readiness;
        this.triton = triton;
        this.extensions = new OpenInferenceExtensions(serving, triton);
    }

    /** What is served beyond the protocol's core, over REST and gRPC alike; no more is claimed than works. */
    static List<String> extensions(TritonExtensions triton) {
        return triton.names(Stream.concat(
                        Stream.of(
                                "binary_tensor_data",
                                "parameters",
                                "schedule_policy",
                                "sequence",
                                "classification",
                                "generate",
                                TritonRepository.EXTENSION),
                        OpenInferenceExtensions.NAMES.stream())
                .toList());
    }

    /** A path behind {@code /v2/models}, taken apart. */
    private record Route(String model, VersionChoice version, String verb) {}

    /** @param path segments behind {@code /v2} */
    void handle(RestRequest request, List<String> path, RestReply reply) {
        if (extensions.handle(request, path, reply)) {
            return;
        }
        boolean isOfServer = path.isEmpty()
                || path.equals(List.of("models"))
                || path.equals(List.of("health", "live"))
                || path.equals(List.of("health", "ready"));
        if (!isOfServer) {
            model(request, route(path), reply);
        } else if (HttpAnswers.requireMethod(request, "GET", reply)) {
            server(request.permit(), path, reply);
        }
    }

    private void server(Permit permit, List<String> path, RestReply reply) {
        switch (String.join("/", path)) {
            case "" -> HttpAnswers.json(reply, ModelJson.server(Version.OF_THIS_BUILD, extensions(triton)));
            case "health/live" -> HttpAnswers.json(reply, ModelJson.live(true));
            case "health/ready" -> {
                boolean ready = readiness.isReady();
                health(reply, ready, ModelJson.ready(ready));
            }
            default ->
                serving.submitAside(
                        "list",
                        () -> HttpAnswers.json(reply, ModelJson.list(serving.statuses(permit))),
                        refused -> HttpAnswers.error(reply, refused));
        }
    }

    private void model(RestRequest request, Route route, RestReply reply) {
        boolean isRun = route.verb().equals("infer") || route.verb().startsWith("generate");
        if (!HttpAnswers.requireMethod(request, isRun ? "POST" : "GET", reply)) {
            return;
        }
        RestModelCall.ModelPath path = new RestModelCall.ModelPath(route.model(), route.version());
        switch (route.verb()) {
            case "infer" -> {
                if (ContentTypes.acceptJsonOrBinary(request, reply)) {
                    serving.submit(new RestInfer(serving, request, reply, path, triton.memory(request.permit())));
                }
            }
            case "generate", "generate_stream" -> {
                if (ContentTypes.acceptJson(request, reply)) {
                    serving.submit(new GenerateCall(
                            serving, request, reply, path, route.verb().equals("generate_stream")));
                }
            }
            case "config" -> extensions.config(request, route.model(), route.version(), reply);
            case "stats" -> extensions.statistics(request, route.model(), route.version(), reply);
            case "ready" -> {
                boolean ready = isReady(serving, route.model(), route.version(), request.permit());
                health(reply, ready, ModelJson.modelReady(route.model(), ready));
            }
            default -> {
                Serving.Described found = serving.describe(route.model(), route.version(), request.permit());
                HttpAnswers.json(
                        reply,
                        ModelJson.model(
                                route.model(),
                                serving.versionsOf(route.model()),
                                found.description(),
                                Provenance.shown(found.description())));
            }
        }
    }

    private static void health(RestReply reply, boolean ready, ByteBuffer body) {
        reply.send(ready ? 200 : UNAVAILABLE, HttpAnswers.JSON, Map.of(), body);
    }

    /** Whether a version can be asked; throws {@code NOT_FOUND} for a model or version that is not known at all. */
    static boolean isReady(Serving serving, String model, VersionChoice version, Permit permit) {
        try {
            serving.describe(model, version, permit);
            return true;
        } catch (SlipwayException e) {
            if (e.code() == ErrorCode.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }

    static Urgency urgency(Schedule schedule) {
        return schedule.equals(Schedule.DEFAULT)
                ? Urgency.DEFAULT
                : new Urgency(schedule.priority(), TimeUnit.MICROSECONDS.toNanos(schedule.timeoutMicros()));
    }

    static SequenceStep step(SequenceParameters said) {
        return said.equals(SequenceParameters.NONE)
                ? SequenceStep.NONE
                : new SequenceStep(said.number(), said.text(), said.starts(), said.ends());
    }

    /** {@code models/NAME[/versions/V][/VERB]}; a version that is no number is a label. */
    private static Route route(List<String> path) {
        int size = path.size();
        String verb = size % 2 == 1 ? path.get(size - 1) : "";
        int named = size - size % 2;
        if (path.get(0).equals("models") && VERBS.contains(verb)) {
            if (named == 2) {
                return new Route(path.get(1), VersionChoice.LATEST, verb);
            }
            if (named == 4 && path.get(2).equals("versions")) {
                String version = path.get(3);
                boolean digits = !version.isEmpty() && version.chars().allMatch(c -> c >= '0' && c <= '9');
                return new Route(
                        path.get(1), digits ? RestPath.version(version) : new VersionChoice.Label(version), verb);
            }
        }
        throw new SlipwayException(
                ErrorCode.NOT_FOUND,
                ("path '%s' is unknown (expected: /v2, /v2/health/live, /v2/health/ready, /v2/models, /v2/models/stats,"
                                + " /v2/models/NAME[/versions/V][/infer|/ready|/config|/stats|/generate|/generate_stream],"
                                + " /v2/repository/index, /v2/trace/setting, /v2/logging, /v2/systemsharedmemory/status)")
                        .formatted("/v2/" + String.join("/", path)));
    }
}

package dev.slipway.server.endpoint;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.batching.Urgency;
import dev.slipway.core.sequence.SequenceStep;
import dev.slipway.protocol.openinference.InferReader;
import dev.slipway.protocol.openinference.InferRequest;
import dev.slipway.protocol.openinference.InferResponse;
import dev.slipway.protocol.openinference.InferWriter;
import dev.slipway.protocol.openinference.ModelJson;
import dev.slipway.protocol.openinference.Schedule;
import dev.slipway.protocol.openinference.SequenceParameters;
import dev.slipway.server.Readiness;
import dev.slipway.server.Version;
import dev.slipway.server.endpoint.management.TritonRepository;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol's REST interface, below {@code /v2}.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">
 *     Open Inference Protocol: REST</a>
 */
final class OpenInferenceRest {
    /** What is served beyond the protocol's core; no more is claimed than works. */
    static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", TritonRepository.EXTENSION, "parameters", "schedule_policy", "sequence");

    private static final String PROTOCOL = "v2-rest";
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";
    private static final int UNAVAILABLE = 503;

    private final Serving serving;
    private final Readiness readiness;

    OpenInferenceRest(Serving serving, Readiness readiness) {
        this.serving = serving;
        this.readiness = readiness;
    }

    /** A path behind {@code /v2/models}, taken apart. */
    private record Route(String model, VersionChoice version, String verb) {}

    /** @param path segments behind {@code /v2} */
    void handle(RestRequest request, List<String> path, RestReply reply) {
        boolean isInfer = path.size() >= 3 && path.get(path.size() - 1).equals("infer");
        String expected = isInfer ? "POST" : "GET";
        if (!request.method().equals(expected)) {
            HttpAnswers.wrongMethod(reply, request.method(), expected);
        } else if (path.isEmpty()) {
            HttpAnswers.json(reply, ModelJson.server(Version.OF_THIS_BUILD, EXTENSIONS));
        } else if (path.equals(List.of("health", "live"))) {
            HttpAnswers.json(reply, ModelJson.live(true));
        } else if (path.equals(List.of("health", "ready"))) {
            boolean ready = readiness.isReady();
            health(reply, ready, ModelJson.ready(ready));
        } else if (path.equals(List.of("models"))) {
            serving.submitAside(
                    "list",
                    () -> HttpAnswers.json(
                            reply, ModelJson.list(serving.statuses().values())),
                    refused -> HttpAnswers.error(reply, refused));
        } else {
            model(request, route(path), reply);
        }
    }

    private void model(RestRequest request, Route route, RestReply reply) {
        switch (route.verb()) {
            case "infer" -> infer(request, route, reply);
            case "ready" -> {
                boolean ready = isReady(serving, route.model(), route.version());
                health(reply, ready, ModelJson.modelReady(route.model(), ready));
            }
            default -> {
                Serving.Described found = serving.describe(route.model(), route.version());
                HttpAnswers.json(
                        reply, ModelJson.model(route.model(), serving.versionsOf(route.model()), found.description()));
            }
        }
    }

    private static void health(RestReply reply, boolean ready, ByteBuffer body) {
        reply.send(ready ? 200 : UNAVAILABLE, HttpAnswers.JSON, Map.of(), body);
    }

    /** Whether a version can be asked; throws {@code NOT_FOUND} for a model or version that is not known at all. */
    static boolean isReady(Serving serving, String model, VersionChoice version) {
        try {
            serving.describe(model, version);
            return true;
        } catch (SlipwayException e) {
            if (e.code() == ErrorCode.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }

    private void infer(RestRequest request, Route route, RestReply reply) {
        if (ContentTypes.acceptJsonOrBinary(request, reply)) {
            serving.submit(new Infer(serving, request, reply, route));
        }
    }

    private static final class Infer extends RestModelCall {
        private final int headerLength;
        private @Nullable InferRequest read;

        Infer(Serving serving, RestRequest request, RestReply reply, Route route) {
            super(serving, PROTOCOL, request, reply, new ModelPath(route.model(), route.version()));
            this.headerLength = headerLength(request.header(HEADER_LENGTH));
        }

        @Override
        Read read() {
            Handle handle = borrow(new Target(model, version, ""));
            try {
                Signature signature = InferenceService.signature(handle, "");
                InferRequest found = InferReader.read(request.body(), headerLength, signature);
                read = found;
                VersionChoice exact = new VersionChoice.Exact(handle.id().version());
                Target target = new Target(model, exact, signature.name());
                InferenceRequest inference =
                        new InferenceRequest(target, found.inputs(), found.outputNames(), request.deadline());
                return new Read(handle, inference, urgency(found.schedule()), step(found.sequence()));
            } catch (RuntimeException | Error e) {
                handle.close();
                throw e;
            }
        }

        @Override
        Encoded write(Answer answer) {
            String number = Long.toString(answer.id().version());
            InferResponse response =
                    InferWriter.write(model, number, Objects.requireNonNull(read), answer.outputs(), reply.buffers());
            return new Encoded(response.body(), response.headerLength(), -1);
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

    private static int headerLength(@Nullable String header) {
        if (header == null) {
            return InferReader.NO_HEADER;
        }
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "header %s: '%s' (expected: a whole number of bytes)".formatted(HEADER_LENGTH, header));
    }

    /** {@code models/NAME[/versions/V][/infer|/ready]}; a version that is no number is a label. */
    private static Route route(List<String> path) {
        int size = path.size();
        String verb = "";
        String last = path.get(size - 1);
        if (size % 2 == 1 && (last.equals("infer") || last.equals("ready"))) {
            verb = last;
            size--;
        }
        boolean named = path.get(0).equals("models");
        if (named && size == 2) {
            return new Route(path.get(1), VersionChoice.LATEST, verb);
        }
        if (named && size == 4 && path.get(2).equals("versions")) {
            String version = path.get(3);
            boolean digits = !version.isEmpty() && version.chars().allMatch(c -> c >= '0' && c <= '9');
            return new Route(path.get(1), digits ? RestPath.version(version) : new VersionChoice.Label(version), verb);
        }
        throw new SlipwayException(
                ErrorCode.NOT_FOUND,
                "path '%s' is unknown (expected: /v2, /v2/health/live, /v2/health/ready, /v2/models,"
                                .formatted("/v2/" + String.join("/", path))
                        + " /v2/models/NAME[/versions/V][/infer|/ready])");
    }
}

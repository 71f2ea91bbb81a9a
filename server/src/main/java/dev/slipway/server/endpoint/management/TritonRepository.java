package dev.slipway.server.endpoint.management;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.openinference.IndexEntry;
import dev.slipway.protocol.openinference.ModelJson;
import dev.slipway.protocol.openinference.grpc.RepositoryMessages;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.management.Failures;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.Operation;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Triton's extension {@code model_repository}, over REST and gRPC. Loads and unloads are answered at their end, however long
 * that takes; no thread waits for it.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md">
 *     Triton: model repository extension</a>
 */
public final class TritonRepository {
    /** The extension's name. */
    public static final String EXTENSION = "model_repository";

    private static final String REST_ORIGIN = "triton rest";
    private static final String GRPC_ORIGIN = "triton grpc";
    private static final String LINE = "management";
    private static final int BAD_REQUEST = 400;

    private final Management management;
    private final Aside aside;

    public TritonRepository(Management management, Aside aside) {
        this.management = management;
        this.aside = aside;
    }

    /** @param path segments behind {@code /v2/repository} */
    public void handle(RestRequest request, List<String> path, RestReply reply) {
        boolean isIndex = path.equals(List.of("index"));
        boolean isModel = path.size() == 3 && path.get(0).equals("models");
        String verb = isModel ? path.get(2) : "";
        if (!isIndex && !verb.equals("load") && !verb.equals("unload")) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    "path '%s' is unknown (expected: /v2/repository/index, /v2/repository/models/NAME/load, /v2/repository/models/NAME/unload)"
                            .formatted(request.path()));
        }
        if (!request.method().equals("POST")) {
            HttpAnswers.wrongMethod(reply, request.method(), "POST");
            return;
        }
        if (isIndex) {
            boolean isReadyOnly = readIndexBody(request.body());
            index(
                    request.permit(),
                    isReadyOnly,
                    entries -> HttpAnswers.json(reply, ModelJson.index(entries)),
                    refused -> HttpAnswers.error(reply, refused));
            return;
        }
        Set<String> parameters = readParameters(request.body());
        request.extendDeadline();
        answer(begin(verb, path.get(1), parameters, REST_ORIGIN), error -> {
            if (error == null) {
                HttpAnswers.json(reply, ByteBuffer.wrap("{}".getBytes(StandardCharsets.US_ASCII)));
            } else {
                HttpAnswers.error(reply, BAD_REQUEST, Map.of(), error.getMessage());
            }
        });
    }

    /**
     * @param method of the service, without its name
     * @return whether it is one of this extension's
     */
    public boolean handle(GrpcCall call, String method) {
        switch (method) {
            case "RepositoryIndex" ->
                index(
                        call.permit(),
                        RepositoryMessages.readIndexRequest(call.message()),
                        entries -> call.reply(RepositoryMessages.writeIndex(entries)),
                        call::fail);
            case "RepositoryModelLoad" -> grpc(call, "load", read(call, RepositoryMessages::readLoadRequest));
            case "RepositoryModelUnload" -> grpc(call, "unload", read(call, RepositoryMessages::readUnloadRequest));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static RepositoryMessages.Request read(
            GrpcCall call, Function<ByteBuffer, RepositoryMessages.Request> reader) {
        requireShort(call.message());
        return reader.apply(call.message());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    private void grpc(GrpcCall call, String verb, RepositoryMessages.Request request) {
        call.permit().require(Need.of(Action.DEPLOY, request.model()));
        call.extendDeadline();
        // Only the message names the model: what the gate waits for elsewhere is waited for here.
        call.permit()
                .witness()
                .taken()
                .thenRunAsync(() -> begin(call, verb, request), call.turn())
                .whenComplete((begun, failure) -> {
                    if (failure != null) {
                        call.fail(Failures.asSlipwayException(failure));
                    }
                });
    }

    private void begin(GrpcCall call, String verb, RepositoryMessages.Request request) {
        answer(begin(verb, request.model(), request.parameters(), GRPC_ORIGIN), error -> {
            if (error == null) {
                call.reply(RepositoryMessages.writeDone());
            } else {
                call.fail(error);
            }
        });
    }

    /** With many models the index is long: not for an event loop. */
    private void index(
            Permit permit, boolean isReadyOnly, Consumer<List<IndexEntry>> answer, Consumer<SlipwayException> refused) {
        aside.submit(
                LINE,
                () -> answer.accept(
                        IndexEntry.of(permit.readable(
                                        management.models().statuses().values(), ModelStatus::name))
                                .stream()
                                .filter(entry -> !isReadyOnly || entry.isReady())
                                .toList()),
                refused);
    }

    private CompletableFuture<Operation> begin(String verb, String model, Set<String> parameters, String origin) {
        boolean isLoad = verb.equals("load");
        for (String parameter : parameters) {
            if (isLoad || !parameter.equals("unload_dependents")) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s of model '%s' has the parameter '%s' (expected: none%s)"
                                .formatted(
                                        verb,
                                        model,
                                        parameter,
                                        isLoad
                                                ? ", as models are served as their files say; put changed files beside them"
                                                : " but unload_dependents"));
            }
        }
        return isLoad
                ? management.load(model, OptionalLong.empty(), origin)
                : management.unload(model, OptionalLong.empty(), origin);
    }

    /** Tells {@code answer} of the operation's end, with null when it went well. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    private void answer(CompletableFuture<Operation> begun, Consumer<@Nullable SlipwayException> answer) {
        begun.thenCompose(operation -> management.operations().end(operation.id()))
                .whenComplete((ended, failure) ->
                        answer.accept(failure == null ? ended.error() : Failures.asSlipwayException(failure)));
    }

    private static boolean readIndexBody(ByteBuffer body) {
        boolean[] ready = {false};
        Fields.readBody(body, Set.of("ready"), (key, in) -> ready[0] = in.bool());
        return ready[0];
    }

    /** It is read on the event loop; a long one brings a model's files, which are not taken from requests. */
    private static void requireShort(ByteBuffer body) {
        if (body.remaining() > Fields.BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the request has %d bytes (expected: at most %d, as files of models are not taken from requests)"
                            .formatted(body.remaining(), Fields.BYTES_MAX));
        }
    }

    /** The names of the parameters; their values, which may be whole models, are passed over. */
    private static Set<String> readParameters(ByteBuffer body) {
        requireShort(body);
        Set<String> names = new HashSet<>();
        if (body.hasRemaining()) {
            JsonReader in = new JsonReader(body);
            in.beginObject();
            while (in.nextName()) {
                if (in.name().equals("parameters")) {
                    in.beginObject();
                    while (in.nextName()) {
                        names.add(in.name());
                        in.skipValue();
                    }
                } else {
                    in.skipValue();
                }
            }
            in.endDocument();
        }
        return names;
    }
}

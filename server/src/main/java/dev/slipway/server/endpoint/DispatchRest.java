package dev.slipway.server.endpoint;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.batching.DispatchState;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Says how requests are run, and why: {@code GET /slipway/v1/dispatch} of all models, {@code GET
 * /slipway/v1/models/NAME/dispatch} of one.
 */
final class DispatchRest {
    private static final String DISPATCH = "dispatch";

    private final Serving serving;
    private final Supplier<List<DispatchState>> states;

    DispatchRest(Serving serving, Supplier<List<DispatchState>> states) {
        this.serving = serving;
        this.states = states;
    }

    /** @param path segments behind {@code /slipway/v1} */
    void handle(RestRequest request, List<String> path, RestReply reply) {
        boolean isOfAll = path.equals(List.of(DISPATCH));
        boolean isOfOne =
                path.size() == 3 && path.get(0).equals("models") && path.get(2).equals(DISPATCH);
        if (!isOfAll && !isOfOne) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    "path '%s' is unknown (expected: /slipway/v1/dispatch, /slipway/v1/models/NAME/dispatch)"
                            .formatted(request.path()));
        }
        if (!request.method().equals("GET")) {
            HttpAnswers.wrongMethod(reply, request.method(), "GET");
            return;
        }
        // Throws for a model that is not known.
        String model = isOfOne ? serving.status(path.get(1), request.permit()).name() : "";
        // With many models the text is long: not for an event loop.
        serving.submitAside(
                DISPATCH,
                () -> HttpAnswers.json(
                        reply, write(state -> isOfAll || state.id().model().equals(model))),
                refused -> HttpAnswers.error(reply, refused));
    }

    private ByteBuffer write(Predicate<DispatchState> wanted) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name(DISPATCH).beginArray();
        for (DispatchState state : states.get()) {
            if (wanted.test(state)) {
                write(out, state);
            }
        }
        return out.endArray().endObject().toByteBuffer();
    }

    private static void write(JsonWriter out, DispatchState state) {
        out.beginObject()
                .name("model")
                .string(state.id().model())
                .name("version")
                .string(Long.toString(state.id().version()))
                .name("signature")
                .string(state.signature())
                .name("place")
                .string(state.place())
                .name("joining")
                .string(state.joining())
                .name("waiting")
                .number(state.waiting());
        out.name("costs").beginArray();
        for (DispatchState.Cost cost : state.costs()) {
            out.beginObject()
                    .name("rows")
                    .number(cost.rows())
                    .name("nanos")
                    .number(cost.nanos())
                    .name("samples")
                    .number(cost.samples())
                    .endObject();
        }
        out.endArray().name("reasons").beginObject();
        state.reasons()
                .forEach((reason, count) ->
                        out.name(reason.name().toLowerCase(Locale.ROOT)).number((long) count));
        out.endObject().endObject();
    }
}

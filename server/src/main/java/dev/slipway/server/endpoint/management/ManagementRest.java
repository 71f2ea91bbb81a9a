package dev.slipway.server.endpoint.management;

import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.management.Management;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The management API, below {@code /slipway/v1}; {@code openapi.json} there describes it. */
public final class ManagementRest {
    private final Routes routes;
    private final EventsRest events;

    /** Answers a request for a path behind {@code /slipway/v1}. */
    @FunctionalInterface
    public interface Elsewhere {
        void handle(RestRequest request, List<String> path, RestReply reply);
    }

    /**
     * @param aside where long answers are written
     * @param dispatch answers {@code GET /dispatch} and {@code GET /models/NAME/dispatch}
     */
    public ManagementRest(Managed managed, Aside aside, Elsewhere dispatch) {
        Management management = managed.management();
        events = new EventsRest(managed.states(), management.operations(), managed.timer());
        List<Route> all = new ArrayList<>();
        Route.Handler elsewhere = call -> dispatch.handle(call.request(), call.path(), call.reply());
        all.add(new Route("GET", "/openapi.json", ManagementRest::openApi));
        all.add(new Route("GET", "/dispatch", elsewhere));
        all.add(new Route("GET", "/models/{name}/dispatch", elsewhere));
        all.addAll(new ModelsRest(management, aside).routes());
        all.addAll(new LifecycleRest(management, managed.timer()).routes());
        all.addAll(new EditsRest(management, managed.texts()).routes());
        all.addAll(new ConfigRest(management, managed.texts()).routes());
        all.addAll(events.routes());
        routes = new Routes(all);
    }

    /** @param path segments behind {@code /slipway/v1} */
    public void handle(RestRequest request, List<String> path, RestReply reply) {
        routes.handle(request, path, reply);
    }

    List<Route> routes() {
        return routes.all();
    }

    int openStreams() {
        return events.open();
    }

    private static void openApi(Call call) {
        call.reply().send(200, HttpAnswers.JSON, Map.of(), ByteBuffer.wrap(openApiJson()));
    }

    /** The OpenAPI 3.1 document. */
    static byte[] openApiJson() {
        try (InputStream in = ManagementRest.class.getResourceAsStream("openapi.json")) {
            return Objects.requireNonNull(in, "openapi.json").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

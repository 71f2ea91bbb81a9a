package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.text.Spelling;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The table of what is served below {@code /slipway/v1}. */
final class Routes {
    static final String BASE = "/slipway/v1";

    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    List<Route> all() {
        return routes;
    }

    /** @param path segments behind {@code /slipway/v1} */
    void handle(RestRequest request, List<String> path, RestReply reply) {
        List<String> otherMethods = new ArrayList<>();
        for (Route route : routes) {
            Map<String, String> variables = route.match(path);
            if (variables != null) {
                if (route.method().equals(request.method())) {
                    route.handler().handle(new Call(request, reply, path, variables));
                    return;
                }
                otherMethods.add(route.method());
            }
        }
        if (!otherMethods.isEmpty()) {
            HttpAnswers.wrongMethod(reply, request.method(), String.join(", ", otherMethods));
            return;
        }
        String found = "/" + String.join("/", path);
        TreeSet<String> templates = new TreeSet<>();
        routes.forEach(route -> templates.add(route.template()));
        String expected = Spelling.nearest(found, templates)
                .map(near -> BASE + near)
                .orElse(BASE + "/openapi.json lists what there is");
        throw new SlipwayException(
                ErrorCode.NOT_FOUND, "path '%s' is unknown (expected: %s)".formatted(request.path(), expected));
    }
}

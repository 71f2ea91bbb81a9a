package dev.slipway.server.endpoint.management;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method on a path.
 *
 * @param method {@code GET}
 * @param template the path behind {@code /slipway/v1}, with names for what varies: {@code /models/{name}}
 * @param handler is called on the event loop: must return at once
 */
record Route(String method, String template, Handler handler) {
    /** Answers a call. */
    @FunctionalInterface
    interface Handler {
        void handle(Call call);
    }

    /** What the template's names stand for in {@code path}; null when that is another path. */
    @Nullable
    Map<String, String> match(List<String> path) {
        List<String> parts = List.of(template.substring(1).split("/", -1));
        if (parts.size() != path.size()) {
            return null;
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int at = 0; at < parts.size(); at++) {
            String part = parts.get(at);
            if (part.startsWith("{")) {
                variables.put(part.substring(1, part.length() - 1), path.get(at));
            } else if (!part.equals(path.get(at))) {
                return null;
            }
        }
        return variables;
    }
}

package dev.slipway.server.access;

import static dev.slipway.access.Action.ADMINISTER;
import static dev.slipway.access.Action.DEPLOY;
import static dev.slipway.access.Action.EXPLAIN;
import static dev.slipway.access.Action.PREDICT;
import static dev.slipway.access.Action.READ;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.api.VersionChoice;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of what each route of HTTP needs. The first line that fits counts; what none fits is for those alone who may do
 * everything, who then learn that there is no such path.
 */
final class RestRules {
    /** Of a path: any segment. */
    private static final String ANY = "*";

    /** Of a path: any number of segments, none too. */
    private static final String REST = "**";

    /** Of what is not in the table. */
    static final Rule UNKNOWN = Rule.server(ADMINISTER);

    /** All lines. */
    static final List<Line> LINES = List.of(
            // Probes.
            open("GET", "/v2/health/live"),
            open("GET", "/v2/health/ready"),
            open("GET", "/health"),
            open("", "/ping"),
            // What there is.
            listed("GET", "/v1/models"),
            server(READ, "GET", "/v2"),
            listed("GET", "/v2/models"),
            listed("GET", "/v2/models/stats"),
            listed("POST", "/v2/repository/index"),
            listed("GET", "/models"),
            server(READ, "GET", "/version"),
            server(READ, "GET", "/api-description"),
            server(READ, "OPTIONS", "/api-description"),
            server(READ, "OPTIONS", "/"),
            server(READ, "GET", "/metrics"),
            server(READ, "GET", "/monitoring/prometheus/metrics"),
            server(READ, "GET", "/slipway/v1/openapi.json"),
            server(READ, "GET", "/slipway/v1/dispatch"),
            listed("GET", "/slipway/v1/models"),
            server(READ, "GET", "/slipway/v1/events"),
            server(READ, "GET", "/slipway/v1/operations"),
            server(READ, "GET", "/slipway/v1/operations/*"),
            server(READ, "GET", "/slipway/v1/operations/*/events"),
            // Settings for all, and files that may name places.
            server(READ, "GET", "/v2/logging"),
            server(ADMINISTER, "POST", "/v2/logging"),
            server(READ, "GET", "/v2/trace/setting"),
            server(ADMINISTER, "POST", "/v2/trace/setting"),
            server(ADMINISTER, "POST", "/v2/models/*/trace/setting"),
            server(ADMINISTER, "GET", "/slipway/v1/config"),
            server(ADMINISTER, "PUT", "/slipway/v1/config"),
            server(ADMINISTER, "GET", "/slipway/v1/config/history"),
            server(ADMINISTER, "POST", "/slipway/v1/config/*"),
            // Memory that requests for models lie in.
            server(PREDICT, "GET", "/v2/systemsharedmemory/**"),
            server(PREDICT, "POST", "/v2/systemsharedmemory/**"),
            server(PREDICT, "GET", "/v2/cudasharedmemory/**"),
            server(PREDICT, "POST", "/v2/cudasharedmemory/**"),
            // Models: asked.
            line("POST", "/v1/models/*/**", RestRules::asked),
            inside(PREDICT, "POST", "/v2/models/*/infer"),
            inside(PREDICT, "POST", "/v2/models/*/generate"),
            inside(PREDICT, "POST", "/v2/models/*/generate_stream"),
            inside(PREDICT, "POST", "/v2/models/*/versions/*/infer"),
            inside(PREDICT, "POST", "/v2/models/*/versions/*/generate"),
            inside(PREDICT, "POST", "/v2/models/*/versions/*/generate_stream"),
            inside(PREDICT, "POST", "/invocations"),
            inside(PREDICT, "POST", "/invocations/*"),
            inside(PREDICT, "", "/predictions/*"),
            inside(PREDICT, "", "/predictions/*/*"),
            // Models: looked at.
            line("GET", "/v1/models/*/**", RestRules::lookedAt),
            line("GET", "/v2/models/*/**", RestRules::lookedAt),
            model(READ, "GET", "/models/*"),
            model(READ, "GET", "/models/*/*"),
            model(READ, "GET", "/slipway/v1/models/*"),
            model(READ, "GET", "/slipway/v1/models/*/dispatch"),
            model(READ, "GET", "/slipway/v1/models/*/versions/*"),
            // Models: brought, moved and taken away.
            model(DEPLOY, "POST", "/v2/repository/models/*/load"),
            model(DEPLOY, "POST", "/v2/repository/models/*/unload"),
            server(DEPLOY, "POST", "/models"),
            model(DEPLOY, "PUT", "/models/*"),
            model(DEPLOY, "PUT", "/models/*/*"),
            model(DEPLOY, "PUT", "/models/*/*/set-default"),
            model(DEPLOY, "DELETE", "/models/*"),
            model(DEPLOY, "DELETE", "/models/*/*"),
            server(DEPLOY, "DELETE", "/slipway/v1/operations/*"),
            // It may name any place, and programs.
            server(DEPLOY, "PUT", "/slipway/v1/models/*"),
            model(DEPLOY, "DELETE", "/slipway/v1/models/*"),
            model(DEPLOY, "POST", "/slipway/v1/models/*/**"),
            line("PUT", "/slipway/v1/models/*/labels/*", RestRules::moved),
            line("DELETE", "/slipway/v1/models/*/labels/*", RestRules::moved),
            // MXNet Model Server's old form, last: its first segment is any name.
            inside(PREDICT, "", "/*/predict"),
            inside(PREDICT, "", "/*/*/predict"));

    /** Those whose first segment is said, by it. */
    private static final Map<String, List<Line>> BY_FIRST = LINES.stream()
            .collect(Collectors.groupingBy(
                    line -> line.parts().isEmpty() ? "" : line.parts().get(0)));

    private RestRules() {}

    /**
     * A line of the table.
     *
     * @param method empty for every one
     * @param parts segments of the path: {@value #ANY} for any one, and {@value #REST} for any number at the end
     * @param rule of a path that fits, in segments
     */
    record Line(String method, List<String> parts, Function<List<String>, Rule> rule) {
        /** The rule of a request; null when the line does not fit it. */
        @Nullable
        Rule match(String asked, List<String> path) {
            return (method.isEmpty() || method.equals(asked)) && fits(path) ? rule.apply(path) : null;
        }

        private boolean fits(List<String> path) {
            boolean isOpenEnded =
                    !parts.isEmpty() && parts.get(parts.size() - 1).equals(REST);
            int fixed = isOpenEnded ? parts.size() - 1 : parts.size();
            if (isOpenEnded ? path.size() < fixed : path.size() != fixed) {
                return false;
            }
            for (int at = 0; at < fixed; at++) {
                if (!parts.get(at).equals(ANY) && !parts.get(at).equals(path.get(at))) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * What a request needs.
     *
     * @param path in segments, escapes decoded, as the routers see it
     */
    static Rule of(String method, List<String> path) {
        String first = path.isEmpty() ? "" : path.get(0);
        Rule found = first(BY_FIRST.getOrDefault(first, List.of()), method, path);
        if (found == null) {
            found = first(BY_FIRST.getOrDefault(ANY, List.of()), method, path);
        }
        return found == null ? UNKNOWN : found;
    }

    private static @Nullable Rule first(List<Line> lines, String method, List<String> path) {
        for (Line line : lines) {
            Rule rule = line.match(method, path);
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }

    private static Line line(String method, String template, Function<List<String>, Rule> rule) {
        List<String> parts =
                template.equals("/") ? List.of() : List.of(template.substring(1).split("/", -1));
        return new Line(method, parts, rule);
    }

    private static Line open(String method, String template) {
        return line(method, template, path -> Rule.OPEN);
    }

    private static Line listed(String method, String template) {
        return line(method, template, path -> Rule.LISTED);
    }

    private static Line server(Action action, String method, String template) {
        Rule rule = Rule.server(action);
        return line(method, template, path -> rule);
    }

    private static Line inside(Action action, String method, String template) {
        Rule rule = new Rule.Inside(action);
        return line(method, template, path -> rule);
    }

    /** The model is the first segment that may be any. */
    private static Line model(Action action, String method, String template) {
        int at = List.of(template.substring(1).split("/", -1)).indexOf(ANY);
        return line(method, template, path -> Rule.model(action, path.get(at)));
    }

    /** A label behind {@code models/NAME/labels}, wherever it is to name. */
    private static Rule moved(List<String> path) {
        return new Rule.Needs(new Need(DEPLOY, path.get(3), new VersionChoice.Label(path.get(5))));
    }

    /** {@code NAME:explain}, or anything else that a model may be asked; without a verb it is only looked at. */
    private static Rule asked(List<String> path) {
        String last = path.get(path.size() - 1);
        if (last.indexOf(':') < 0) {
            return lookedAt(path);
        }
        return new Rule.Inside(last.endsWith(":explain") ? EXPLAIN : PREDICT);
    }

    /** {@code NAME/versions/N} and {@code NAME/labels/L}, behind two segments; with or without something behind. */
    private static Rule lookedAt(List<String> path) {
        VersionChoice version = VersionChoice.LATEST;
        if (path.size() >= 5) {
            String word = path.get(4);
            boolean isNumber =
                    !word.isEmpty() && word.length() < 19 && word.chars().allMatch(c -> c >= '0' && c <= '9');
            if (path.get(3).equals("versions") && isNumber) {
                version = new VersionChoice.Exact(Long.parseLong(word));
            } else if (path.get(3).equals("versions") || path.get(3).equals("labels")) {
                version = new VersionChoice.Label(word);
            }
        }
        return new Rule.Needs(new Need(READ, path.get(2), version));
    }
}

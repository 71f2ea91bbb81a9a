package dev.slipway.client;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a Slipway server over its REST ports. Thread-safe; connections are kept and shared. Errors are
 * {@link SlipwayException}: the server's own, {@code UNAVAILABLE} when there is none to be reached, and
 * {@code DEADLINE_EXCEEDED} when it doesn't answer in time.
 */
public final class SlipwayClient {
    /** Where {@code slipway serve} listens unless told otherwise. */
    public static final URI DEFAULT_SERVER = URI.create("http://localhost:8501");

    /** What stands before an event's data. */
    private static final String DATA = "data: ";

    private final URI server;
    private final HttpCalls calls;

    /**
     * @param server {@code http} or {@code https}, a host, and a path below which the server answers, if there is one
     * @param timeout of each call as a whole, above 0
     */
    public SlipwayClient(URI server, Duration timeout) {
        this(server, timeout, Identity.NONE);
    }

    /**
     * As {@link #SlipwayClient(URI, Duration)}, for a server that asks who comes, or whose certificate the JVM does not trust.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} also when the files of {@code identity} can't be used
     */
    public SlipwayClient(URI server, Duration timeout, Identity identity) {
        boolean web = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
        if (!web || server.getHost() == null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "server: '%s' (expected: a URL such as %s)".formatted(server, DEFAULT_SERVER));
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "timeout: %s (expected: above 0)".formatted(timeout));
        }
        String text = server.toString();
        this.server = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        this.calls = new HttpCalls(this.server, timeout, identity);
    }

    private SlipwayClient(URI server, HttpCalls calls) {
        this.server = server;
        this.calls = calls;
    }

    /**
     * The same connections, for requests that are parts of traces.
     *
     * @param traceparent the caller's span as W3C's Trace Context has it, {@code 00-TRACE-SPAN-01}, asked for each request on the
     *     thread that makes it; null, or what is none, to say nothing
     * @see <a href="https://www.w3.org/TR/trace-context/">W3C: Trace Context</a>
     */
    public SlipwayClient traced(Supplier<@Nullable String> traceparent) {
        return new SlipwayClient(server, calls.traced(traceparent));
    }

    /** The server's address, without a slash at the end. */
    public URI server() {
        return server;
    }

    /** All models that the server knows, with the states of their versions. */
    public List<ModelStatus> models() {
        return ModelList.parse(modelsJson());
    }

    /** As {@link #models()}, as the server wrote it. */
    public String modelsJson() {
        return calls.get("/v1/models");
    }

    /** How the server runs requests, and why, for each signature of each version that it has run. */
    public List<DispatchSummary> dispatch() {
        return DispatchList.parse(dispatchJson());
    }

    /** As {@link #dispatch()}, as the server wrote it. */
    public String dispatchJson() {
        return calls.get("/slipway/v1/dispatch");
    }

    /**
     * Runs a model and returns the answer's JSON in the protocol of the request.
     *
     * @param target the model, which of its versions, and the signature
     * @param json a predict body of TensorFlow Serving's REST API, an infer body of the Open Inference Protocol, a bare
     *     array (taken for {@code instances}) or a bare object (taken for {@code inputs})
     * @throws SlipwayException {@code INVALID_ARGUMENT} also when the body is no JSON, or when its form can't carry
     *     what {@code target} asks for: the Open Inference Protocol knows neither labels nor signatures
     */
    public String predict(Target target, String json) {
        PredictBody body = PredictBody.of(json, target.signature());
        String path = switch (body.form()) {
            case TENSORFLOW_SERVING ->
                "/v1/models/%s%s:predict".formatted(HttpCalls.encoded(target.model()), choicePath(target.version()));
            case OPEN_INFERENCE ->
                "/v2/models/%s%s/infer"
                        .formatted(HttpCalls.encoded(target.model()), choicePath(withoutLabel(target.version())));
        };
        return calls.send("POST", path, body.json());
    }

    /** The configuration that is applied, as {@code slipway.yaml}. */
    public String configYaml() {
        return calls.send(calls.request("/slipway/v1/config")
                .setHeader("Accept", "application/yaml")
                .GET());
    }

    /** The configurations that were applied and are kept, newest first; the first is the current one. */
    public List<ConfigRevision> configHistory() {
        return ConfigAnswers.history(
                calls.send(calls.request("/slipway/v1/config/history").GET()));
    }

    /**
     * What a configuration would change.
     *
     * @param yaml a whole {@code slipway.yaml}, whose paths are relative to the server's own
     * @throws SlipwayException {@code INVALID_ARGUMENT} with a line for each fault of it
     */
    public ConfigChange configDiff(String yaml) {
        return ConfigAnswers.change(calls.send(calls.request("/slipway/v1/config/diff")
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(yaml))));
    }

    /**
     * Has the server read its file again.
     *
     * @throws SlipwayException when it can't be applied; the current one stays
     */
    public ConfigRevision configReload() {
        return ConfigAnswers.revision(
                calls.send(calls.request("/slipway/v1/config/reload").POST(HttpRequest.BodyPublishers.noBody())));
    }

    /**
     * Has an earlier configuration applied again.
     *
     * @param number which; empty for the one before the current
     * @throws SlipwayException {@code NOT_FOUND} when it is not kept
     */
    public ConfigRevision configRollback(OptionalLong number) {
        String body = number.isPresent() ? "{\"revision\": %d}".formatted(number.getAsLong()) : "{}";
        return ConfigAnswers.revision(calls.send(calls.request("/slipway/v1/config/rollback")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    /** What the server says of itself. */
    public ServerVersion serverVersion() {
        Map<String, String> fields = HttpCalls.textFields(calls.get("/v2"));
        return new ServerVersion(
                fields.getOrDefault("name", "a server without a name"),
                fields.getOrDefault("version", "without version"));
    }

    /**
     * Has a version loaded, also of a model that was unloaded by hand.
     *
     * @param version empty for the newest that is wanted
     * @return the operation that loads it; {@link #await} waits for its end
     */
    public OperationSummary load(String model, OptionalLong version) {
        return begin(model, "load", version);
    }

    /**
     * Has a model unloaded, until somebody loads it again.
     *
     * @param version empty for all; one that the configuration names otherwise
     */
    public OperationSummary unload(String model, OptionalLong version) {
        return begin(model, "unload", version);
    }

    private OperationSummary begin(String model, String verb, OptionalLong version) {
        String body = version.isPresent() ? "{\"version\":\"%d\"}".formatted(version.getAsLong()) : "{}";
        return OperationList.parseOne(
                calls.send("POST", "/slipway/v1/models/%s/%s".formatted(HttpCalls.encoded(model), verb), body));
    }

    /** The operations that run, or ended lately, the newest first. */
    public List<OperationSummary> operations() {
        return OperationList.parse(operationsJson());
    }

    /** As {@link #operations()}, as the server wrote it. */
    public String operationsJson() {
        return calls.get("/slipway/v1/operations");
    }

    /** Calls a load off. */
    public OperationSummary cancel(String id) {
        return OperationList.parseOne(calls.send("DELETE", "/slipway/v1/operations/" + HttpCalls.encoded(id), ""));
    }

    /**
     * Waits for the end of an operation, however long that takes.
     *
     * @param progress is told how it stands, now and at each change
     * @return the operation at its end
     */
    public OperationSummary await(String id, Consumer<OperationSummary> progress) {
        OperationSummary[] last = new OperationSummary[1];
        events("/slipway/v1/operations/%s/events".formatted(HttpCalls.encoded(id)), data -> {
            last[0] = OperationList.parseOne(data);
            progress.accept(last[0]);
        });
        if (last[0] == null || !last[0].isEnded()) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "%s stopped telling of operation '%s' before its end".formatted(server, id));
        }
        return last[0];
    }

    /** Tells of each change of a version's state, from now on until the server stops. */
    public void watch(Consumer<StateEvent> watcher) {
        events("/slipway/v1/events", data -> watcher.accept(StateEvent.parse(data)));
    }

    private void events(String path, Consumer<String> data) {
        try (Stream<String> lines = calls.lines(path)) {
            lines.filter(line -> line.startsWith(DATA)).forEach(line -> data.accept(line.substring(DATA.length())));
        } catch (UncheckedIOException e) {
            throw calls.unreachable(Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    /**
     * Says which versions a label is to name; it moves once they are available.
     *
     * @return the number of the configuration's revision that says so
     */
    public long label(String model, String label, Split split) {
        String weights = split.weights().entrySet().stream()
                .map(entry -> "\"%d\":%d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(","));
        return revision(calls.send("PUT", labelPath(model, label), "{\"weights\":{%s}}".formatted(weights)));
    }

    /** Takes a label away; as {@link #label}. */
    public long deleteLabel(String model, String label) {
        return revision(calls.send("DELETE", labelPath(model, label), ""));
    }

    private static String labelPath(String model, String label) {
        return "/slipway/v1/models/%s/labels/%s".formatted(HttpCalls.encoded(model), HttpCalls.encoded(label));
    }

    private static long revision(String json) {
        long[] number = {0};
        JsonCursor.parse("the answer about the revision", json, at -> {
            at.object(key -> {
                if (key.equals("revision")) {
                    number[0] = at.number();
                } else {
                    at.skip();
                }
            });
            return at;
        });
        return number[0];
    }

    private static VersionChoice withoutLabel(VersionChoice choice) {
        if (choice instanceof VersionChoice.Label label) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    ("body has the form of the Open Inference Protocol, which has no labels"
                                    + " (expected: a version or none, found: label '%s')")
                            .formatted(label.label()));
        }
        return choice;
    }

    private static String choicePath(VersionChoice choice) {
        if (choice instanceof VersionChoice.Exact number) {
            return "/versions/" + number.version();
        }
        return choice instanceof VersionChoice.Label label ? "/labels/" + HttpCalls.encoded(label.label()) : "";
    }
}

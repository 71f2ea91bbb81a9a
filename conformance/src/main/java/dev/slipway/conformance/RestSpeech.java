package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.protobuf.ByteString;
import java.net.URI;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Requests over HTTP/1.1. */
final class RestSpeech implements Speech {
    private final Wire wire;
    private final Target target;

    RestSpeech(Wire wire, Target target) {
        this.wire = wire;
        this.target = target;
    }

    @Override
    public Answer ask(JsonNode request) {
        ByteString body = body(request);
        Map<String, String> headers = new LinkedHashMap<>();
        if (request.has("json")) {
            headers.put("Content-Type", "application/json");
        }
        request.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        URI server = server(request);
        return wire.ask(new Wire.Question(
                server, method(request), prefix(server) + request.path("path").asText(), headers, body, false));
    }

    private URI server(JsonNode request) {
        if (!request.path("port").asText().equals("management")) {
            return target.rest();
        }
        URI management = target.management();
        return management == null ? target.rest() : management;
    }

    private static String prefix(URI server) {
        String path = server.getRawPath() == null ? "" : server.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String method(JsonNode request) {
        return request.path("method").asText("GET");
    }

    private static ByteString body(JsonNode request) {
        ByteString body = part(request);
        for (JsonNode part : request.path("parts")) {
            body = body.concat(part(part));
        }
        return body;
    }

    private static ByteString part(JsonNode part) {
        if (part.has("json")) {
            return ByteString.copyFromUtf8(part.path("json").toString());
        }
        if (part.has("text")) {
            return ByteString.copyFromUtf8(part.path("text").asText());
        }
        if (part.has("base64")) {
            return ByteString.copyFrom(
                    Base64.getDecoder().decode(part.path("base64").asText()));
        }
        return ByteString.copyFrom(HexFormat.of().parseHex(part.path("hex").asText()));
    }

    @Override
    public @Nullable String fault(JsonNode expect, Answer answer) {
        String fault = statusFault(expect, answer);
        if (fault == null) {
            fault = headerFault(expect.path("headers"), answer);
        }
        if (fault == null && expect.has("json")) {
            JsonNode found = Vectors.json(text(answer));
            fault = found.isMissingNode()
                    ? "body is not JSON (expected: JSON)"
                    : JsonMatch.fault(expect.path("json"), found);
        }
        if (fault == null && expect.has("text")) {
            String text = text(answer);
            boolean found =
                    Pattern.compile(expect.path("text").asText()).matcher(text).find();
            fault = found ? null : "body (expected: %s)".formatted(expect.path("text"));
        }
        if (fault == null && expect.has("events")) {
            fault = JsonMatch.fault(expect.path("events"), events(answer));
        }
        if (fault == null && expect.has("tensors")) {
            fault = JsonMatch.fault(expect.path("tensors"), Tensors.ofRest(answer));
        }
        return fault;
    }

    private static @Nullable String statusFault(JsonNode expect, Answer answer) {
        JsonNode status = expect.path("status");
        if (status.isInt() && status.asInt() == answer.status()) {
            return null;
        }
        for (JsonNode alternative : status) {
            if (alternative.asInt() == answer.status()) {
                return null;
            }
        }
        return "status is %d (expected: %s)".formatted(answer.status(), status);
    }

    private static @Nullable String headerFault(JsonNode headers, Answer answer) {
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            String found = answer.header(header.getKey());
            if (!Pattern.compile(header.getValue().asText()).matcher(found).find()) {
                return "header %s is '%s' (expected: %s)".formatted(header.getKey(), found, header.getValue());
            }
        }
        return null;
    }

    /** The data of server-sent events, as JSON each. */
    private static JsonNode events(Answer answer) {
        ArrayNode events = Vectors.JSON.createArrayNode();
        text(answer)
                .lines()
                .filter(line -> line.startsWith("data:"))
                .forEach(line ->
                        events.add(Vectors.json(line.substring("data:".length()).strip())));
        return events;
    }

    private static String text(Answer answer) {
        return answer.body().toStringUtf8();
    }

    @Override
    public String show(JsonNode request) {
        StringBuilder shown = new StringBuilder(method(request) + " "
                + request.path("path").asText() + (request.has("port") ? " (management port)" : ""));
        request.path("headers")
                .properties()
                .forEach(header -> shown.append("\n")
                        .append(header.getKey())
                        .append(": ")
                        .append(header.getValue().asText()));
        ByteString body = body(request);
        return body.isEmpty() ? shown.toString() : shown + "\n\n" + Shown.of(body);
    }

    @Override
    public String show(Answer answer) {
        String type = answer.header("content-type");
        return "%d%s\n%s".formatted(answer.status(), type.isEmpty() ? "" : " " + type, Shown.of(answer.body()));
    }
}

package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Calls over HTTP/2 with prior knowledge: all messages are sent, then all that is answered is read. */
final class GrpcSpeech implements Speech {
    private static final List<String> CODES = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");
    private static final int HEAD_BYTES = 5;

    private final Wire wire;
    private final Target target;

    GrpcSpeech(Wire wire, Target target) {
        this.wire = wire;
        this.target = target;
    }

    @Override
    public Answer ask(JsonNode request) {
        MethodDescriptor method = method(request);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (JsonNode message : messages(request)) {
            byte[] bytes = GrpcMethods.bytes(method.getInputType(), message.toString());
            body.writeBytes(ByteBuffer.allocate(HEAD_BYTES)
                    .put((byte) 0)
                    .putInt(bytes.length)
                    .array());
            body.writeBytes(bytes);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/grpc");
        headers.put("te", "trailers");
        request.path("metadata")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        String path = "/" + request.path("method").asText();
        Answer answer = wire.ask(
                new Wire.Question(target.grpc(), "POST", path, headers, ByteString.copyFrom(body.toByteArray()), true));
        return withMessages(method, answer);
    }

    private static Answer withMessages(MethodDescriptor method, Answer answer) {
        ArrayNode messages = Vectors.JSON.createArrayNode();
        for (byte[] message : frames(answer.body())) {
            messages.add(json(method, message));
        }
        return new Answer(answer.status(), answer.headers(), answer.body(), messages);
    }

    private static JsonNode json(MethodDescriptor method, byte[] message) {
        try {
            return Vectors.json(GrpcMethods.json(method.getOutputType(), message));
        } catch (InvalidProtocolBufferException e) {
            return Vectors.JSON
                    .getNodeFactory()
                    .textNode("no %s: %s".formatted(method.getOutputType().getFullName(), e.getMessage()));
        }
    }

    private static MethodDescriptor method(JsonNode request) {
        return GrpcMethods.of(request.path("method").asText());
    }

    private static List<JsonNode> messages(JsonNode request) {
        List<JsonNode> messages = new ArrayList<>();
        if (request.has("messages")) {
            request.path("messages").forEach(messages::add);
        } else {
            messages.add(request.path("message"));
        }
        return messages;
    }

    /** The whole messages of a body. */
    private static List<byte[]> frames(ByteString body) {
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer rest = body.asReadOnlyByteBuffer();
        while (rest.remaining() >= HEAD_BYTES) {
            rest.get();
            int length = rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                return frames;
            }
            byte[] frame = new byte[length];
            rest.get(frame);
            frames.add(frame);
        }
        return frames;
    }

    static String code(Answer answer) {
        String status = answer.header("grpc-status");
        if (!status.matches("\\d{1,2}") || Integer.parseInt(status) >= CODES.size()) {
            return "none (HTTP status %d)".formatted(answer.status());
        }
        return CODES.get(Integer.parseInt(status));
    }

    private static String text(Answer answer) {
        String escaped = answer.header("grpc-message").replace("+", "%2B");
        try {
            return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return escaped;
        }
    }

    @Override
    public @Nullable String fault(JsonNode expect, Answer answer) {
        String code = code(answer);
        JsonNode expected = expect.path("code");
        boolean sameCode = expected.asText().equals(code);
        for (JsonNode alternative : expected) {
            sameCode |= alternative.asText().equals(code);
        }
        if (!sameCode) {
            return "code is %s (expected: %s)".formatted(code, expected);
        }
        JsonNode messages = answer.messages();
        String fault = null;
        if (expect.has("message")) {
            fault = JsonMatch.fault(expect.path("message"), messages.path(0));
        }
        if (fault == null && expect.has("messages")) {
            fault = JsonMatch.fault(expect.path("messages"), messages);
        }
        if (fault == null && expect.has("tensors")) {
            fault = JsonMatch.fault(
                    expect.path("tensors"),
                    tensors(answer, expect.path("tensors").isArray()));
        }
        if (fault == null && expect.has("text")) {
            boolean found = Pattern.compile(expect.path("text").asText())
                    .matcher(text(answer))
                    .find();
            fault = found ? null : "grpc-message is '%s' (expected: %s)".formatted(text(answer), expect.path("text"));
        }
        return fault;
    }

    /** Those of the first message, or a list of those of each. */
    private static JsonNode tensors(Answer answer, boolean each) {
        ArrayNode tensors = Vectors.JSON.createArrayNode();
        for (byte[] frame : frames(answer.body())) {
            tensors.add(Tensors.ofGrpc(frame, answer.messages().path(tensors.size())));
        }
        return each ? tensors : tensors.path(0);
    }

    @Override
    public String show(JsonNode request) {
        StringBuilder shown = new StringBuilder(request.path("method").asText());
        messages(request).forEach(message -> shown.append("\n").append(message));
        return shown.toString();
    }

    @Override
    public String show(Answer answer) {
        return "%s %s\n%s"
                .formatted(
                        code(answer),
                        text(answer),
                        JsonMatch.shorten(answer.messages().toString()));
    }
}

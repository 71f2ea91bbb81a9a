package dev.slipway.server.endpoint;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.server.provenance.Provenance;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A request for a model that came over HTTP, and names the model in its path. */
abstract class RestModelCall extends ModelCall {
    private static final String BINARY = "application/octet-stream";
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    /** Names the version that answered, where the protocol's body does not. */
    private static final String VERSION = "Slipway-Model-Version";

    final RestRequest request;
    final String model;
    final VersionChoice version;
    final RestReply reply;

    RestModelCall(Serving serving, String protocol, RestRequest request, RestReply reply, ModelPath path) {
        super(serving, protocol);
        this.request = request;
        this.reply = reply;
        this.model = path.model();
        this.version = path.version();
    }

    /** What the path names. */
    record ModelPath(String model, VersionChoice version) {}

    @Override
    final String peekModel() {
        return model;
    }

    @Override
    final Permit permit() {
        return request.permit();
    }

    @Override
    final RequestContext context() {
        return request.context();
    }

    @Override
    final String remoteAddress() {
        return request.remoteAddress();
    }

    @Override
    final int bytes() {
        return request.body().remaining();
    }

    @Override
    final Deadline deadline() {
        return request.deadline();
    }

    @Override
    final Executor turn() {
        return request.turn();
    }

    @Override
    final @Nullable String header(String lowerCaseName) {
        return request.header(lowerCaseName);
    }

    @Override
    final void watch() {
        request.onCancel(this);
    }

    @Override
    void send(Encoded answer) {
        if (answer.version() >= 0) {
            reply.send(200, HttpAnswers.JSON, headers(VERSION, Long.toString(answer.version())), answer.body());
        } else if (answer.headerBytes() < 0) {
            reply.send(200, HttpAnswers.JSON, told(Map.of()), answer.body());
        } else {
            reply.send(200, BINARY, headers(HEADER_LENGTH, Integer.toString(answer.headerBytes())), answer.body());
        }
    }

    private Map<String, String> headers(String name, String value) {
        String provenance = provenance();
        return provenance.isEmpty() ? Map.of(name, value) : Map.of(name, value, Provenance.HEADER, provenance);
    }

    /** The headers of an answer, and what is known of the model. */
    final Map<String, String> told(Map<String, String> headers) {
        String provenance = provenance();
        if (provenance.isEmpty()) {
            return headers;
        }
        if (headers.isEmpty()) {
            return Map.of(Provenance.HEADER, provenance);
        }
        Map<String, String> all = new HashMap<>(headers);
        all.put(Provenance.HEADER, provenance);
        return all;
    }

    @Override
    void sendError(SlipwayException error) {
        HttpAnswers.error(reply, error);
    }

    @Override
    public final boolean isCancelled() {
        return request.isCancelled();
    }
}

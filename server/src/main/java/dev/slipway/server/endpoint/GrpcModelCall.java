package dev.slipway.server.endpoint;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.provenance.Provenance;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RequestContext;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A request for a model that came over gRPC. */
abstract class GrpcModelCall extends ModelCall {
    final GrpcCall call;

    GrpcModelCall(Serving serving, String protocol, GrpcCall call) {
        super(serving, protocol);
        this.call = call;
    }

    @Override
    final Permit permit() {
        return call.permit();
    }

    @Override
    final RequestContext context() {
        return call.context();
    }

    @Override
    final String remoteAddress() {
        return call.remoteAddress();
    }

    @Override
    final int bytes() {
        return call.message().remaining();
    }

    @Override
    final Deadline deadline() {
        return call.deadline();
    }

    @Override
    final Executor turn() {
        return call.turn();
    }

    @Override
    final @Nullable String header(String lowerCaseName) {
        return call.metadata(lowerCaseName);
    }

    @Override
    final void watch() {
        call.onCancel(this);
    }

    @Override
    final void send(Encoded answer) {
        call.reply(answer.body(), Provenance.HEADER, provenance());
    }

    @Override
    void sendError(SlipwayException error) {
        call.fail(error);
    }

    @Override
    public final boolean isCancelled() {
        return call.isCancelled();
    }
}

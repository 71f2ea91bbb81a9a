package dev.slipway.server.endpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.proto.grpc.health.v1.HealthCheckRequest;
import dev.slipway.protocol.proto.grpc.health.v1.HealthCheckResponse;
import dev.slipway.protocol.proto.grpc.health.v1.HealthCheckResponse.ServingStatus;
import dev.slipway.server.Readiness;
import dev.slipway.server.transport.GrpcCall;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * gRPC's health service. The empty service is the server as a whole; those of TensorFlow Serving and the Open Inference
 * Protocol are as ready as that; any other name is a model's.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">GRPC Health Checking Protocol</a>
 */
final class HealthGrpc {
    private static final Set<String> SERVICES = Set.of(
            "",
            "tensorflow.serving.PredictionService",
            "tensorflow.serving.ModelService",
            "inference.GRPCInferenceService");

    private final Serving serving;
    private final Readiness readiness;

    HealthGrpc(Serving serving, Readiness readiness) {
        this.serving = serving;
        this.readiness = readiness;
    }

    void handle(GrpcCall call, String method) {
        String service = service(call.message());
        if (!SERVICES.contains(service)) {
            // What models there are is told to those alone who may know.
            call.permit().require(Need.of(Action.READ, service));
        }
        switch (method) {
            case "Check" -> {
                ServingStatus status = status(service);
                if (status == ServingStatus.SERVICE_UNKNOWN) {
                    throw new SlipwayException(
                            ErrorCode.NOT_FOUND,
                            "service '%s' is unknown (expected: empty, a service's full name, or a model's)"
                                    .formatted(service));
                }
                call.reply(encode(status));
            }
            case "Watch" -> watch(call, service);
            default -> throw GrpcRouter.unimplemented(call.method());
        }
    }

    /** Sends the state now, and whenever that of the server changes, until the client goes or the server stops. */
    private void watch(GrpcCall call, String service) {
        HealthWatch watch = new HealthWatch(call, () -> status(service));
        Runnable end = readiness.watch(ready -> watch.tell(readiness.isStopping()));
        call.onCancel(() -> {
            end.run();
            watch.end();
        });
    }

    private ServingStatus status(String service) {
        if (SERVICES.contains(service)) {
            return readiness.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        }
        try {
            boolean ready = OpenInferenceRest.isReady(serving, service, VersionChoice.LATEST, Permit.ALL);
            return ready && !readiness.isStopping() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        } catch (SlipwayException e) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
    }

    static ByteBuffer encode(ServingStatus status) {
        return ByteBuffer.wrap(
                HealthCheckResponse.newBuilder().setStatus(status).build().toByteArray());
    }

    private static String service(ByteBuffer message) {
        try {
            return HealthCheckRequest.parseFrom(message.duplicate()).getService();
        } catch (InvalidProtocolBufferException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "HealthCheckRequest is malformed: " + e.getMessage(), e);
        }
    }
}

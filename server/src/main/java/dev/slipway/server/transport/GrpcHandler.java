package dev.slipway.server.transport;

/** Answers gRPC calls of the methods that the transport was given descriptors of. */
@FunctionalInterface
public interface GrpcHandler {
    /**
     * Called on an event loop once the request's message is there, or, in the order in which they come, for each message of
     * a method that takes a stream: must return at once, and have the call ended later,
     * by whatever thread, exactly once, also when it is cancelled. An exception that it throws ends the call: a
     * {@link dev.slipway.api.SlipwayException} with its category, any other as INTERNAL.
     */
    void handle(GrpcCall call);
}

package dev.slipway.peers.spring;

/** No model has the name that was asked for. */
class UnknownModelException extends RuntimeException {
    UnknownModelException(String name) {
        super("model '%s' is unknown".formatted(name));
    }
}

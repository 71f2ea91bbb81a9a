package dev.slipway.backend.process;

import java.io.IOException;

/** A worker is of no use any more: it has ended, hangs, or does not keep to the protocol. The message says which. */
final class WorkerLostException extends IOException {
    WorkerLostException(String message) {
        super(message);
    }
}

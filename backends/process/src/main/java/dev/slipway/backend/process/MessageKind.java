package dev.slipway.backend.process;

import java.io.IOException;

/**
 * What a message is for. The numbers, and what follows them, are told byte by byte in {@code docs/worker-protocol.md}.
 */
enum MessageKind {
    /** From the worker, first of all: its version, and the token that proves who started it. */
    HELLO(1),
    /** To the worker: what it is to serve. */
    MODEL(2),
    /** From the worker, once its model is loaded. */
    READY(3),
    /** To the worker: a request. */
    INFER(4),
    /** From the worker: outputs. */
    RESULT(5),
    /** From the worker: why there are none. */
    ERROR(6),
    /** To the worker: is it well? */
    PING(7),
    /** From the worker: it is. */
    PONG(8),
    /** To the worker: it shall end. */
    STOP(9);

    /** Of the protocol. */
    static final int VERSION = 1;

    private static final MessageKind[] ALL = values();

    private final int number;

    MessageKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static MessageKind of(int number) throws IOException {
        if (number < 1 || number > ALL.length) {
            throw new WorkerLostException(
                    "sent a message of kind %d (expected: 1 to %d)".formatted(number, ALL.length));
        }
        return ALL[number - 1];
    }
}

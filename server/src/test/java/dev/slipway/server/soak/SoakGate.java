package dev.slipway.server.soak;

/** Holds callers back while there is no server. */
final class SoakGate {
    /** Callers go on while this is the server's life; null while there is none. */
    private SoakServer.Life open;

    private boolean ended;

    /** Waits until it is open; answers false once there is nothing more to do. */
    synchronized boolean awaitOpen() {
        while (open == null && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !ended;
    }

    /** Whether requests to that process must be answered. */
    synchronized boolean isOpenFor(SoakServer.Life life) {
        return open == life;
    }

    synchronized void open(SoakServer.Life life) {
        open = life;
        notifyAll();
    }

    /** What fails from here on is not counted as failed. */
    synchronized void close() {
        open = null;
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }
}

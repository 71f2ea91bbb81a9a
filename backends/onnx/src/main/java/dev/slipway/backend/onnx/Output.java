package dev.slipway.backend.onnx;

import org.jspecify.annotations.Nullable;

/**
 * An output as a session gives it.
 *
 * @param name under which callers know it
 * @param port what the session calls it, and its type there
 * @param zipMap makes of it what callers see, where that are maps and the session gives the scores; otherwise null
 */
record Output(String name, Port port, @Nullable ZipMap zipMap) {
    /** An output that callers see as the session gives it. */
    static Output of(Port port) {
        return new Output(port.name(), port, null);
    }
}

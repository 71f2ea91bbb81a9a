package dev.slipway.server.logging;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A failure and where it came from, as Java prints it. */
final class StackTrace {
    private StackTrace() {}

    static String of(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}

package dev.slipway.server.transport;

import dev.slipway.api.SlipwayException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs what is about one request. Who logs says which: the request's context goes along with the line as one of its parameters, so
 * that nothing has to be set and cleared around the work on every request.
 */
public final class RequestLog {
    private final String name;

    private RequestLog(String name) {
        this.name = name;
    }

    /** The log of a class; one with {@link System#getLogger} of the same name. */
    public static RequestLog of(Class<?> of) {
        return new RequestLog(of.getName());
    }

    /** Something went wrong that should not; {@code request} is null where that is not known. */
    public void error(@Nullable RequestContext request, String text, Throwable failure) {
        Logger logger = Logger.getLogger(name);
        if (!logger.isLoggable(Level.SEVERE)) {
            return;
        }
        LogRecord log = new LogRecord(Level.SEVERE, text);
        log.setLoggerName(name);
        log.setThrown(failure);
        if (request != null) {
            log.setParameters(new Object[] {request});
        }
        logger.log(log);
    }

    /**
     * An answer was an error.
     *
     * @param isServers whether that is worth a warning, else only somebody who looks for it is told
     */
    public void failed(RequestContext request, boolean isServers, SlipwayException error) {
        Logger logger = Logger.getLogger(name);
        Level level = isServers ? Level.WARNING : Level.FINE;
        if (logger.isLoggable(level)) {
            LogRecord log = new LogRecord(level, "answered " + error.code() + ": " + error.getMessage());
            log.setLoggerName(name);
            log.setParameters(new Object[] {request});
            logger.log(log);
        }
    }

    /** The request that a line is about; null where it is about none. */
    public static @Nullable RequestContext context(LogRecord log) {
        Object[] parameters = log.getParameters();
        if (parameters != null) {
            for (Object parameter : parameters) {
                if (parameter instanceof RequestContext request) {
                    return request;
                }
            }
        }
        return null;
    }
}

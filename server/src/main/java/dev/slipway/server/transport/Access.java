package dev.slipway.server.transport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Further ways in.
 *
 * @param socket a Unix domain socket on which every protocol is served too; null for none
 * @param isCorsAllowed whether web pages from elsewhere may call the REST protocols
 */
public record Access(@Nullable Path socket, boolean isCorsAllowed) {
    /** The ports alone. */
    public static final Access PORTS = new Access(null, false);
}

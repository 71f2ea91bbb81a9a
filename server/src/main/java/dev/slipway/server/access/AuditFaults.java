package dev.slipway.server.access;

import dev.slipway.access.audit.AuditListener;
import java.lang.System.Logger.Level;

/** Tells the ordinary log how the audit log fares. */
final class AuditFaults implements AuditListener {
    private static final System.Logger LOG = System.getLogger(AuditFaults.class.getName());

    @Override
    public void failed(String reason) {
        LOG.log(Level.ERROR, "the audit log can''t be written: {0}", reason);
    }

    @Override
    public void recovered(long lost) {
        LOG.log(Level.WARNING, "the audit log is written again; {0} events are not in it", lost);
    }

    @Override
    public void kept(String reason) {
        LOG.log(Level.WARNING, "files of the audit log that are too old can''t be removed, and stay: {0}", reason);
    }
}

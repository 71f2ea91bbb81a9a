package dev.slipway.access.audit;

/** Hears how the log fares, on its own thread; for the ordinary log, which the audit log can't use itself. */
public interface AuditListener {
    /** Hears nothing. */
    AuditListener NONE = new AuditListener() {
        @Override
        public void failed(String reason) {}

        @Override
        public void recovered(long lost) {}

        @Override
        public void kept(String reason) {}
    };

    /** Writing fails from now on; told once, not for each event. */
    void failed(String reason);

    /**
     * Writing goes on again.
     *
     * @param lost events that are not in the log, of this failure or of a full queue
     */
    void recovered(long lost);

    /** Files that are too old can't be removed, and stay; told whenever another file is begun. */
    void kept(String reason);
}

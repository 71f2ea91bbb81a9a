package dev.slipway.api;

/** Where a version stands in its life. */
public enum VersionState {
    /** Known, not yet loading. */
    NEW,
    /** Wanted, but loaded only when a request asks for it; also what it is after it made room for others. */
    DORMANT,
    LOADING,
    /** Loaded, and running its warm-up requests; not yet served. */
    WARMING,
    /** Served. */
    AVAILABLE,
    /** Retired: takes no new requests; those that hold a handle finish, then it is closed. */
    UNLOADING,
    /** Gone for good. */
    ENDED,
    /** Could not be loaded; tried again later, or when its files change, as its status says. */
    QUARANTINED
}

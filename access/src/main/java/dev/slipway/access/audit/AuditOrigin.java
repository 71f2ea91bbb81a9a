package dev.slipway.access.audit;

/**
 * How a request came. Longer texts are cut.
 *
 * @param method HTTP's, at most 32 chars; {@code gRPC} for a call
 * @param path without a query, which may hold secrets; a call's full method name; at most 1,024 chars
 * @param remote the address at the connection's other end, at most 128 chars
 * @param requestId as the answer has it, at most 128 chars
 */
public record AuditOrigin(String method, String path, String remote, String requestId) {
    static final AuditOrigin NONE = new AuditOrigin("", "", "", "");

    private static final int METHOD_CHARS_MAX = 32;
    private static final int PATH_CHARS_MAX = 1024;
    private static final int REMOTE_CHARS_MAX = 128;
    private static final int REQUEST_ID_CHARS_MAX = 128;

    public AuditOrigin {
        method = Bounds.cut(method, METHOD_CHARS_MAX);
        path = Bounds.cut(path, PATH_CHARS_MAX);
        remote = Bounds.cut(remote, REMOTE_CHARS_MAX);
        requestId = Bounds.cut(requestId, REQUEST_ID_CHARS_MAX);
    }
}

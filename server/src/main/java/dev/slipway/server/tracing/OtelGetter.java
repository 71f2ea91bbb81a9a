package dev.slipway.server.tracing;

import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestRequest;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what requests say of the traces that they are parts of, by lower-case names.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C: Trace Context</a>
 */
abstract class OtelGetter<T> implements TextMapGetter<T> {
    static final String PARENT = "traceparent";

    static final OtelGetter<RestRequest> REST = new OtelGetter<>() {
        @Override
        @Nullable
        String first(RestRequest request, String name) {
            return request.header(name);
        }

        @Override
        List<String> all(RestRequest request, String name) {
            return request.headers(name);
        }
    };

    static final OtelGetter<GrpcCall> GRPC = new OtelGetter<>() {
        @Override
        @Nullable
        String first(GrpcCall call, String name) {
            return call.metadata(name);
        }

        @Override
        List<String> all(GrpcCall call, String name) {
            return call.allMetadata(name);
        }
    };

    private static final String STATE = "tracestate";

    /** What has to be passed on at least. The library takes time with the square of the length. */
    private static final int STATE_LENGTH_MAX = 512;

    private OtelGetter() {}

    /** The first value; null where there is none. */
    abstract @Nullable String first(T asked, String name);

    /** All values, in their order. */
    abstract List<String> all(T asked, String name);

    @Override
    public Iterable<String> keys(T asked) {
        return List.of();
    }

    @Override
    public @Nullable String get(@Nullable T asked, String name) {
        if (asked == null) {
            return null;
        }
        return name.equals(STATE) ? state(all(asked, name)) : first(asked, name);
    }

    /** Several headers are one list; null where there is none, or more than anybody has to pass on. */
    private static @Nullable String state(List<String> said) {
        String joined = String.join(",", said);
        return joined.isEmpty() || joined.length() > STATE_LENGTH_MAX ? null : joined;
    }
}

package dev.slipway.protocol.tfserving.recorded;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.tfserving.recorded.RecordedRequest.Kind;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads PredictionLog, a request of any kind together with its response, which is passed over. */
public final class PredictionLogReader {
    private static final String MESSAGE = "PredictionLog";
    private static final int REQUEST = WireReader.tag(1, WireReader.BYTES);

    /** By the number of the field. */
    private static final Map<Integer, Kind> KINDS =
            Map.of(2, Kind.CLASSIFY, 3, Kind.REGRESS, 4, Kind.MULTI_INFERENCE, 6, Kind.PREDICT);

    /** Kinds of requests that there are in TensorFlow Serving, and not here. */
    private static final Map<Integer, String> OTHERS = Map.of(5, "session_run_log", 7, "predict_streamed_log");

    private PredictionLogReader() {}

    /**
     * The request, not read yet; it may name any model, or none.
     *
     * @param message position to limit, which do not move; on the heap, and not to be written any more
     * @throws SlipwayException {@code UNIMPLEMENTED} when it is of a kind that does not run here; {@code INVALID_ARGUMENT} when
     *     it is malformed, or holds no request, or several
     */
    public static RecordedRequest read(ByteBuffer message) {
        WireReader reader = new WireReader(MESSAGE, message);
        Kind found = null;
        ByteBuffer log = null;
        while (reader.hasMore()) {
            int at = reader.offset();
            int tag = reader.readTag();
            String other = OTHERS.get(WireReader.field(tag));
            Kind kind = KINDS.get(WireReader.field(tag));
            if (other != null) {
                throw new SlipwayException(
                        ErrorCode.UNIMPLEMENTED,
                        "it is a %s (expected: predict_log, classify_log, regress_log or multi_inference_log)"
                                .formatted(other));
            } else if (kind != null && tag == WireReader.tag(WireReader.field(tag), WireReader.BYTES)) {
                log = once(reader, at, log, "log");
                found = kind;
            } else {
                reader.skipUnknown(tag, 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6);
            }
        }
        if (found == null || log == null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "%s holds no request (expected: predict_log)".formatted(MESSAGE));
        }
        return new RecordedRequest(found, request(log));
    }

    private static ByteBuffer request(ByteBuffer log) {
        WireReader reader = new WireReader("the log", log);
        ByteBuffer request = null;
        while (reader.hasMore()) {
            int at = reader.offset();
            int tag = reader.readTag();
            if (tag == REQUEST) {
                request = once(reader, at, request, "request");
            } else {
                reader.skipUnknown(tag, 1 << 1);
            }
        }
        if (request == null) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "its log holds no request (expected: one)");
        }
        return request;
    }

    private static ByteBuffer once(WireReader reader, int at, @Nullable ByteBuffer before, String field) {
        if (before != null) {
            throw reader.malformedAt(at, "a second " + field, "one");
        }
        return reader.readView();
    }
}

package dev.slipway.protocol.tfserving.recorded;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.tfserving.grpc.PredictCall;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads PredictionLog, a request of any kind together with its response, which is passed over. */
public final class PredictionLogReader {
    private static final String MESSAGE = "PredictionLog";
    private static final int PREDICT_FIELD = 6;
    private static final int PREDICT = WireReader.tag(PREDICT_FIELD, WireReader.BYTES);
    private static final int REQUEST = WireReader.tag(1, WireReader.BYTES);

    /** Kinds of requests that there are in TensorFlow Serving, and not here. */
    private static final Map<Integer, String> OTHERS = Map.of(
            2, "classify_log",
            3, "regress_log",
            4, "multi_inference_log",
            5, "session_run_log",
            7, "predict_streamed_log");

    private PredictionLogReader() {}

    /**
     * The request of a {@code predict_log}; it may name any model, or none.
     *
     * @param message position to limit, which do not move; on the heap, and not to be written any more
     * @param tensorBytesMax bytes that its tensors may take beside the message's own
     * @throws SlipwayException {@code UNIMPLEMENTED} when it is of another kind; otherwise as
     *     {@link PredictRequestReader#read}
     */
    public static PredictCall read(ByteBuffer message, long tensorBytesMax) {
        WireReader reader = new WireReader(MESSAGE, message);
        ByteBuffer predict = null;
        while (reader.hasMore()) {
            int at = reader.offset();
            int tag = reader.readTag();
            String other = OTHERS.get(WireReader.field(tag));
            if (other != null) {
                throw new SlipwayException(
                        ErrorCode.UNIMPLEMENTED,
                        "it is a %s (expected: predict_log, the only kind that runs here)".formatted(other));
            } else if (tag == PREDICT) {
                predict = once(reader, at, predict, "predict_log");
            } else {
                reader.skipUnknown(tag, 1 << PREDICT_FIELD);
            }
        }
        if (predict == null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "%s holds no request (expected: predict_log)".formatted(MESSAGE));
        }
        return PredictRequestReader.readRecorded(request(predict), tensorBytesMax);
    }

    private static ByteBuffer request(ByteBuffer predict) {
        WireReader reader = new WireReader("PredictLog", predict);
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
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "its predict_log holds no request (expected: PredictRequest)");
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

package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.WireWriter;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * TensorFlow in this process. Its two thread pools are made with the first session and shared by all: one that splits an op,
 * one that runs ops side by side.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/protobuf/config.proto">config.proto</a>
 */
final class TensorFlowRuntime {
    private static final int INTRA_OP_THREADS = 2;
    private static final int INTER_OP_THREADS = 5;
    private static final int ALLOW_SOFT_PLACEMENT = 7;
    private static final int INTER_OP_POOL = 12;
    private static final int TIMEOUT_MILLIS = 2;
    private static final int POOL = 3;
    /** Of the pools that a run may name: the thread that calls. */
    private static final int CALLER = -1;

    private static @Nullable TensorFlowRuntime shared;

    private final int intraOpThreads;
    private final int interOpThreads;

    private TensorFlowRuntime(BackendSettings settings) {
        intraOpThreads = settings.intraOpThreads();
        interOpThreads = settings.computeThreads();
    }

    /**
     * Loads the native libraries, once. Who comes first says how many threads there are.
     *
     * @throws SlipwayException {@code UNAVAILABLE} when they can't be loaded
     */
    static synchronized TensorFlowRuntime start(BackendSettings settings) {
        TensorFlowRuntime started = shared;
        if (started == null) {
            Natives.prepare();
            try {
                tensorflow.TF_Version();
            } catch (LinkageError e) {
                throw new SlipwayException(
                        UNAVAILABLE, "TensorFlow's libraries can't be loaded (expected: Linux on x86-64): " + e, e);
            }
            started = new TensorFlowRuntime(settings);
            shared = started;
        }
        return started;
    }

    /** Threads of its own. */
    int threads() {
        return intraOpThreads + interOpThreads;
    }

    /** How sessions of a model run; the caller deletes it. */
    TF_SessionOptions sessionOptions(CheckedModel checked, TF_Status status) {
        WireWriter config = new WireWriter()
                .varint(INTRA_OP_THREADS, intraOpThreads)
                .varint(INTER_OP_THREADS, interOpThreads)
                .varint(ALLOW_SOFT_PLACEMENT, 1);
        // What is deterministic and may wait has one thread, for on the caller's it would wait for ever.
        boolean hasOne = checked.options().isDeterministic() && checked.mayWait();
        int threads = hasOne ? 1 : checked.options().interOpThreads();
        if (threads > 0) {
            // Models that ask for as many threads share a pool.
            config.message(INTER_OP_POOL, new WireWriter().varint(1, threads).text(2, "slipway-" + threads));
        }
        byte[] bytes = config.toBytes();
        TF_SessionOptions made = tensorflow.TF_NewSessionOptions();
        try (BytePointer pointer = new BytePointer(bytes)) {
            tensorflow.TF_SetConfig(made, pointer, bytes.length, status);
        }
        return made;
    }

    /** Options of a run on the thread that calls, which nothing can stop; the caller deletes them. */
    static TF_Buffer onCaller() {
        return buffer(new WireWriter().varint(POOL, CALLER));
    }

    /**
     * Options of a run on the shared threads, which ends as late when it still waits then: for a queue, a data set, a lock.
     * What computes is not stopped, but answers that it came too late. The caller deletes them.
     */
    static TF_Buffer forMillis(long millis) {
        return buffer(new WireWriter().varint(TIMEOUT_MILLIS, Math.max(1, millis)));
    }

    private static TF_Buffer buffer(WireWriter message) {
        byte[] bytes = message.toBytes();
        try (BytePointer pointer = new BytePointer(bytes)) {
            return tensorflow.TF_NewBufferFromString(pointer, bytes.length);
        }
    }
}

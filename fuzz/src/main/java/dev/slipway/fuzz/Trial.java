package dev.slipway.fuzz;

import com.sun.management.ThreadMXBean;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * Runs a decoder on some bytes and judges what it does: it reads them, or refuses them for a reason that lies with the client;
 * anything else would be a 500. Time is the fuzzer's to watch.
 */
final class Trial {
    /** What a decoder may allocate whatever it is given, and for each byte of it. */
    private static final long ALLOCATED_BYTES_MAX = 32L << 20;

    private static final long ALLOCATED_PER_BYTE_MAX = 512;

    private static final Set<ErrorCode> REFUSALS = EnumSet.of(
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.NOT_FOUND,
            ErrorCode.FAILED_PRECONDITION,
            ErrorCode.OUT_OF_RANGE,
            ErrorCode.RESOURCE_EXHAUSTED,
            ErrorCode.UNIMPLEMENTED);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Trial() {}

    /**
     * Whether the bytes were read; false when they were refused.
     *
     * @throws AssertionError when the decoder did something else, or took more memory than it may
     */
    static boolean run(Decoder decoder, byte[] bytes) {
        long most = ALLOCATED_BYTES_MAX + ALLOCATED_PER_BYTE_MAX * bytes.length;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean isRead = reads(decoder, bytes);
        long between = THREADS.getCurrentThreadAllocatedBytes();
        if (between - before <= most) {
            return isRead;
        }
        // The first time, classes may have been loaded, and instrumented.
        reads(decoder, bytes);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - between;
        if (allocated > most) {
            throw new AssertionError("%d bytes were allocated for %d bytes of input (expected: at most %d)"
                    .formatted(allocated, bytes.length, most));
        }
        return isRead;
    }

    private static boolean reads(Decoder decoder, byte[] bytes) {
        try {
            decoder.decode(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
            return true;
        } catch (SlipwayException e) {
            if (!REFUSALS.contains(e.code())) {
                throw new AssertionError("refused as %s, which is not the client's fault".formatted(e.code()), e);
            }
            return false;
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("not read, and not refused: " + e, e);
        }
    }
}

package dev.slipway.core.traffic;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a caller is known by into the number that decides between versions: the same on every machine and after every
 * start. The model's name goes into it, lest the same few callers be every model's canaries.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-eastlake-fnv/">FNV-1a, which gathers the bytes</a>
 * @see <a href="https://zimbry.blogspot.com/2011/09/better-bit-mixing-improving-on.html">Stafford's mix 13, which spreads
 *     them over all bits</a>
 */
final class Tickets {
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** Stands between the name and the value; no byte of UTF-8. */
    private static final byte BETWEEN = (byte) 0xff;

    private Tickets() {}

    static long of(String model, String value) {
        return of(model, StandardCharsets.UTF_8.encode(value));
    }

    /** Of the first element, without the length that a text has before it; null where there is none. */
    static @Nullable Long ofFirst(String model, Tensor tensor) {
        if (tensor.elementCount() == 0) {
            return null;
        }
        ByteBuffer data = tensor.data();
        if (tensor.dtype().isFixedSize()) {
            return of(model, data.slice(0, tensor.dtype().byteSize()));
        }
        if (tensor.dtype() != DType.STRING || data.remaining() < Integer.BYTES) {
            return null;
        }
        int length = data.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        boolean isWhole = length >= 0 && length <= data.remaining() - Integer.BYTES;
        return isWhole ? of(model, data.slice(Integer.BYTES, length)) : null;
    }

    private static long of(String model, ByteBuffer value) {
        long hash = FNV_BASIS;
        for (byte each : model.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (BETWEEN & 0xff)) * FNV_PRIME;
        for (int at = value.position(); at < value.limit(); at++) {
            hash = (hash ^ (value.get(at) & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}

package dev.slipway.access.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A key that somebody has shown, to be told from others in a time that does not tell how much of them is right. Any thread. */
final class ShownKey {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;

    /** @param text plain, as {@link KeyText#read} has it */
    ShownKey(String text) {
        bytes = bytes(text);
    }

    /** Whether that is the same. Eight characters at a time: one by one they take longer than to hash them does. */
    boolean isEqualTo(String text) {
        if (text.length() != bytes.length) {
            return false;
        }
        byte[] other = bytes(text);
        long different = 0;
        int at = 0;
        for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
            different |= (long) LONGS.get(bytes, at) ^ (long) LONGS.get(other, at);
        }
        for (; at < bytes.length; at++) {
            different |= bytes[at] ^ other[at];
        }
        return different == 0;
    }

    /** One for each character; what ISO 8859-1 does not have becomes one that no key has. */
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

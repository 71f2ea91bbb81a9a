package dev.slipway.transforms.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** Hands bytes to a decoder, few at a time, and no more once the time is over. */
final class EncodedStream extends ImageInputStreamImpl {
    /** A scan of a large picture may take just some bytes: between two looks at the clock there are few of them. */
    private static final int BYTES_AT_ONCE = 4096;

    private final byte[] bytes;
    private final Patience patience;

    EncodedStream(byte[] bytes, Patience patience) {
        this.bytes = bytes;
        this.patience = patience;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return -1;
        }
        if (streamPos % BYTES_AT_ONCE == 0) {
            patience.check();
        }
        return bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        checkClosed();
        patience.check();
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(Math.min(length, BYTES_AT_ONCE), bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, into, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}

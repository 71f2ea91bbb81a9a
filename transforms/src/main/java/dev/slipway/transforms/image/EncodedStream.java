package dev.slipway.transforms.image;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** Hands bytes to a decoder, few at a time, and no more once the time is over. */
final class EncodedStream extends ImageInputStreamImpl {
    /** A scan of a large picture may take just some bytes: between two looks at the clock there are few of them. */
    private static final int BYTES_AT_ONCE = 4096;

    /**
     * A decoder may ask once or a few times for each number of a pixel whether there is more, as that of WebP does where the last
     * bits stand for many pixels.
     */
    private static final long ENDS_PER_PIXEL = 16;

    private static final long ENDS_OF_TABLES = 1_000;

    private final byte[] bytes;
    private final Patience patience;
    private final End end = new End();
    private long endsLeft;

    /** @param pixels of the picture: a decoder that asks for more at the end without end is stopped by their number */
    EncodedStream(byte[] bytes, long pixels, Patience patience) {
        this.bytes = bytes;
        this.patience = patience;
        this.endsLeft = ENDS_OF_TABLES + ENDS_PER_PIXEL * pixels;
    }

    /** Without a stack trace at the end: the reader of WebP may ask again for each pixel. */
    @Override
    public byte readByte() throws IOException {
        int one = read();
        if (one < 0) {
            throw end;
        }
        return (byte) one;
    }

    private int end() throws IOException {
        if (--endsLeft < 0) {
            throw new IOException("the file ends before the picture does");
        }
        return -1;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return end();
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
            return end();
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

    private static final class End extends EOFException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}

package dev.slipway.backend.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A part of a file, to be read only, and not for ever: a library that a hostile file leads in circles runs out of reads.
 * Nothing is mapped, so that nothing stays open, and a file that is cut while it is read is an error, not a crash.
 */
final class BoundedChannel extends FileChannel {
    /** More than any model needs: one for each header, and one for each block of each tensor. */
    private static final long READS_MAX = 4_000_000;

    private final FileChannel file;
    private final long start;
    private final long length;
    private long position;
    private long reads;

    private BoundedChannel(FileChannel file, long start, long length) {
        this.file = file;
        this.start = start;
        this.length = length;
    }

    /**
     * @param start where the part begins, in bytes
     * @param length in bytes; -1 for the rest of the file
     */
    static BoundedChannel open(Path path, long start, long length) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        return new BoundedChannel(file, start, length < 0 ? file.size() - start : length);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = read(target, position);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        if (++reads > READS_MAX) {
            throw new IOException("more than %d reads".formatted(READS_MAX));
        }
        if (from < 0 || from >= length) {
            return -1;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + (length - from)));
        try {
            return file.read(target, start + from);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int count) throws IOException {
        return read(targets[offset]);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long value) {
        position = value;
        return this;
    }

    @Override
    public long size() {
        return length;
    }

    /** Asked for before each read of a piece; what does not lie within the file is not even asked memory for. */
    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
        if (from < 0 || size < 0 || from > length || size > length - from) {
            throw new IOException("bytes %d to %d of %d".formatted(from, from + size, length));
        }
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer source, long to) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int count) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}

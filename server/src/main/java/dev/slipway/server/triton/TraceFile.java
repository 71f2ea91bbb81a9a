package dev.slipway.server.triton;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes traces into a file, or one after the other, each of which is a whole JSON array after every trace. Thread-safe. */
final class TraceFile {
    private static final byte[] OPEN = "[\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT = ",\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "\n]\n".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final long frequency;
    private long written;

    /**
     * @param path of the file, or what names of files begin with
     * @param frequency traces of one file; 0 for all in one
     */
    TraceFile(Path path, long frequency) {
        this.path = path;
        this.frequency = frequency;
    }

    /** @param text elements of an array */
    synchronized void write(byte[] text) throws IOException {
        boolean isFirst = frequency == 0 ? written == 0 : written % frequency == 0;
        try (FileChannel channel = open(isFirst)) {
            long at = isFirst ? 0 : channel.size() - CLOSE.length;
            at = put(channel, isFirst ? OPEN : NEXT, at);
            at = put(channel, text, at);
            put(channel, CLOSE, at);
        }
        written++;
    }

    private FileChannel open(boolean isFirst) throws IOException {
        Path file = frequency == 0 ? path : path.resolveSibling(path.getFileName() + "." + written / frequency);
        return isFirst
                ? FileChannel.open(
                        file,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS)
                : FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private static long put(FileChannel channel, byte[] bytes, long at) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        long next = at;
        while (left.hasRemaining()) {
            next += channel.write(left, next);
        }
        return next;
    }
}

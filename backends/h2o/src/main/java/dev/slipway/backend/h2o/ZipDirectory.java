package dev.slipway.backend.h2o;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Looks for a name in the directory at the end of a zip file, without opening the file as one. Bounded, and reads no contents. */
final class ZipDirectory {
    private static final int END_BYTES = 22;
    private static final int COMMENT_BYTES_MAX = 0xffff;
    private static final int DIRECTORY_BYTES_MAX = 16 << 20;
    private static final int END = 0x06054b50;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;

    private ZipDirectory() {}

    /** Whether it is a zip file with such an entry; false for one whose directory takes more than 16 MiB. */
    static boolean has(Path path, String name) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            long size = channel.size();
            ByteBuffer tail = read(channel, Math.max(0, size - END_BYTES - COMMENT_BYTES_MAX), size);
            for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
                if (tail.getInt(at) == END) {
                    long bytes = tail.getInt(at + 12) & 0xffffffffL;
                    long start = tail.getInt(at + 16) & 0xffffffffL;
                    return bytes <= DIRECTORY_BYTES_MAX
                            && start + bytes <= size
                            && names(read(channel, start, start + bytes), name);
                }
            }
            return false;
        }
    }

    private static boolean names(ByteBuffer directory, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        while (directory.remaining() >= ENTRY_BYTES) {
            int at = directory.position();
            int length = directory.getShort(at + 28) & 0xffff;
            int more = (directory.getShort(at + 30) & 0xffff) + (directory.getShort(at + 32) & 0xffff);
            if (directory.getInt(at) != ENTRY || ENTRY_BYTES + length + more > directory.remaining()) {
                return false;
            }
            byte[] found = new byte[length];
            directory.position(at + ENTRY_BYTES).get(found);
            if (Arrays.equals(found, wanted)) {
                return true;
            }
            directory.position(at + ENTRY_BYTES + length + more);
        }
        return false;
    }

    private static ByteBuffer read(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            // Until all is there, or the file has become shorter.
        }
        return bytes.flip();
    }
}

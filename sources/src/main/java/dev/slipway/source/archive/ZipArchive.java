package dev.slipway.source.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Takes a zip apart, by its central directory. */
final class ZipArchive {
    private static final int END_BYTES = 22;
    private static final int END_MAGIC = 0x06054b50;
    private static final int COMMENT_BYTES_MAX = 0xffff;
    private static final int UNIX_KIND = 0170000;
    private static final int UNIX_FILE = 0100000;
    private static final int UNIX_FOLDER = 0040000;

    /** The directory is read into memory; it has 46 bytes and a name for each entry. */
    private static final int DIRECTORY_BYTES_EACH_MAX = 512;

    private ZipArchive() {}

    static void extract(Path file, Extraction to, int entriesMax) throws IOException {
        checkDirectory(file, (long) entriesMax * DIRECTORY_BYTES_EACH_MAX);
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                to.count();
                extract(zip, entry, to);
            }
        }
    }

    private static void extract(ZipFile zip, ZipArchiveEntry entry, Extraction to) throws IOException {
        int kind = entry.getUnixMode() & UNIX_KIND;
        if (entry.isUnixSymlink() || (kind != 0 && kind != UNIX_FILE && kind != UNIX_FOLDER)) {
            throw Extraction.invalid("archive's '%s' is a link, or neither a file nor a folder"
                    .formatted(SafePath.shown(entry.getName())));
        }
        if (entry.isDirectory()) {
            to.folder(entry.getName());
            return;
        }
        if (!zip.canReadEntryData(entry)) {
            throw new SlipwayException(
                    ErrorCode.UNIMPLEMENTED,
                    "archive's '%s' is encrypted, or compressed by method %d (expected: stored or deflated)"
                            .formatted(SafePath.shown(entry.getName()), entry.getMethod()));
        }
        try (InputStream in = zip.getInputStream(entry)) {
            to.file(entry.getName(), in);
        }
    }

    /** Looks at how large the directory can be, before it is read into memory. */
    private static void checkDirectory(Path file, long bytesMax) throws IOException {
        try (RandomAccessFile zip = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, zip.length() - END_BYTES - COMMENT_BYTES_MAX);
            byte[] tail = new byte[(int) (zip.length() - from)];
            zip.seek(from);
            zip.readFully(tail);
            ByteBuffer buffer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = tail.length - END_BYTES; at >= 0; at--) {
                if (buffer.getInt(at) == END_MAGIC) {
                    long begin = Integer.toUnsignedLong(buffer.getInt(at + 16));
                    boolean isLong = begin == 0xffffffffL;
                    long bytes = from + at - (isLong ? zipLongBegin(zip, from + at) : begin);
                    if (bytes < 0 || bytes > bytesMax) {
                        throw Extraction.invalid(
                                "archive's directory has %d bytes (expected: 0 to %d)".formatted(bytes, bytesMax));
                    }
                    return;
                }
            }
        }
        throw Extraction.invalid("archive ends without a directory: it is cut off, or no zip");
    }

    /** Where the directory of a zip64 begins, by the record that a locator before the end points to. */
    private static long zipLongBegin(RandomAccessFile zip, long end) throws IOException {
        byte[] record = new byte[8];
        zip.seek(Math.max(0, end - 20 + 8));
        zip.readFully(record);
        long at = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (at < 0 || at > end) {
            throw Extraction.invalid("archive's directory is not where it is said to be");
        }
        zip.seek(at + 48);
        zip.readFully(record);
        return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}

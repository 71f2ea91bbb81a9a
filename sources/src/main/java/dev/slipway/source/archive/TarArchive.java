package dev.slipway.source.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Takes a tar apart. */
final class TarArchive {
    /** A header is 512 bytes; with long names, a few thousand. More would be read into memory. */
    private static final long HEADER_BYTES_MAX = 1 << 20;

    private TarArchive() {}

    /** Refuses headers without end. */
    private static final class Guarded extends FilterInputStream {
        private long headerBytes = -1;

        Guarded(InputStream in) {
            super(in);
        }

        void beginHeader() {
            headerBytes = 0;
        }

        void endHeader() {
            headerBytes = -1;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            note(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            note(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(count);
            note(skipped);
            return skipped;
        }

        private void note(long bytes) {
            if (headerBytes >= 0) {
                headerBytes += bytes;
                if (headerBytes > HEADER_BYTES_MAX) {
                    throw Extraction.invalid("archive has a header of more than %d bytes".formatted(HEADER_BYTES_MAX));
                }
            }
        }
    }

    /** @param in the tar, no longer compressed */
    static void extract(InputStream in, Extraction to) throws IOException {
        Guarded guarded = new Guarded(in);
        try (TarArchiveInputStream tar = new TarArchiveInputStream(guarded)) {
            for (TarArchiveEntry entry = next(tar, guarded); entry != null; entry = next(tar, guarded)) {
                to.count();
                extract(entry, tar, to);
            }
            // To the end, so that a damaged rest, and gzip's checksum, are seen.
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, Guarded guarded) throws IOException {
        guarded.beginHeader();
        try {
            return tar.getNextEntry();
        } finally {
            guarded.endHeader();
        }
    }

    private static void extract(TarArchiveEntry entry, InputStream tar, Extraction to) throws IOException {
        if (entry.isGlobalPaxHeader()) {
            return;
        }
        if (entry.isDirectory()) {
            to.folder(entry.getName());
        } else if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && !isSpecial(entry)) {
            to.file(entry.getName(), tar);
        } else {
            String kind = entry.isLink() || entry.isSymbolicLink() ? "a link" : "neither a file nor a folder";
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "archive's '%s' is %s (expected: files and folders)"
                            .formatted(SafePath.shown(entry.getName()), kind));
        }
    }

    private static boolean isSpecial(TarArchiveEntry entry) {
        return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO() || entry.isSparse();
    }
}

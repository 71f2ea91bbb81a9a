package dev.slipway.source.archive;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes what comes out of one archive, and counts it. Makes folders and plain files, and nothing else. */
final class Extraction {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String MAC_REST = "__MACOSX";

    private final Path folder;
    private final long archiveBytes;
    private final ArchiveLimits limits;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int entries;
    private long bytes;

    /** @param archiveBytes the archive's size */
    Extraction(Path folder, long archiveBytes, ArchiveLimits limits) {
        this.folder = folder;
        this.archiveBytes = archiveBytes;
        this.limits = limits;
    }

    /** Counts an entry, whatever it is. */
    void count() {
        entries++;
        if (entries > limits.entriesMax()) {
            throw invalid("archive has more than %d entries".formatted(limits.entriesMax()));
        }
    }

    void folder(String name) throws IOException {
        try {
            Files.createDirectories(SafePath.below(folder, name));
        } catch (FileAlreadyExistsException e) {
            throw twice(name, e);
        }
    }

    /** Reads {@code in} to its end; the bytes count, not what the archive says of them. */
    void file(String name, InputStream in) throws IOException {
        List<String> parts = SafePath.parts(name);
        if (parts.isEmpty()) {
            throw invalid("archive has a file without a name");
        }
        String last = parts.get(parts.size() - 1);
        if (parts.get(0).equals(MAC_REST) || last.startsWith("._")) {
            return;
        }
        Path file = SafePath.below(folder, name);
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    count(read);
                    out.write(buffer, 0, read);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw twice(name, e);
        }
    }

    /** Whether nothing was in it. */
    boolean isEmpty() {
        return entries == 0;
    }

    private void count(int more) {
        bytes += more;
        if (bytes > limits.bytesMax()) {
            throw invalid("archive holds more than " + ByteSize.format(limits.bytesMax()));
        }
        if (bytes > limits.ratioFreeBytes() && bytes / limits.ratioMax() > archiveBytes) {
            throw invalid("archive of %s holds more than %d times as much"
                    .formatted(ByteSize.format(archiveBytes), limits.ratioMax()));
        }
    }

    private static SlipwayException twice(String name, IOException e) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "archive has '%s' twice, or as a file and a folder".formatted(SafePath.shown(name)),
                e);
    }

    static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

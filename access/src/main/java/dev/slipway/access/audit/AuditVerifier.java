package dev.slipway.access.audit;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says whether a log is as it was written; also one that is being written. */
public final class AuditVerifier {
    /** Files come and go once a day, or with 64 KiB of lines: not as often while one log is read. */
    private static final int TRIES_MAX = 3;

    private final AuditFolder folder;
    private final @Nullable AuditKey key;
    private final Listing listing;

    /** Which files there are now. */
    @FunctionalInterface
    interface Listing {
        List<Path> files() throws IOException;
    }

    /**
     * @param key that the log is written with; null for a log without, or to check no more than that lines fit together
     */
    public AuditVerifier(Path folder, @Nullable AuditKey key) {
        this(new AuditFolder(folder), key, new AuditFolder(folder)::files);
    }

    AuditVerifier(AuditFolder folder, @Nullable AuditKey key, Listing listing) {
        this.folder = folder;
        this.key = key;
        this.listing = listing;
    }

    /**
     * Reads all of it, up to the first break.
     *
     * @throws SlipwayException {@code NOT_FOUND} when there is no log
     */
    public AuditReport verify() {
        if (!Files.isDirectory(folder.folder())) {
            throw notFound("is no folder");
        }
        try {
            AuditReport report = null;
            for (int tries = 1; report == null; tries++) {
                report = verify(tries == TRIES_MAX);
            }
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException("audit log '%s': %s".formatted(folder.folder(), e), e);
        }
    }

    /**
     * Reads all of it, once.
     *
     * @return null for a break, unless it is the last try, while files came and went: the listing may have held neither the one
     *     that went nor the one that came
     */
    private @Nullable AuditReport verify(boolean isLast) throws IOException {
        Verification check = new Verification(key);
        // Before the files: of a log that is being written, they may be further, and never the head.
        check.takeHead(folder.head());
        List<Path> files = listing.files();
        if (files.isEmpty() && !Files.exists(folder.head())) {
            throw notFound("holds no audit log");
        }
        try {
            for (Path file : files) {
                if (!check.isBroken()) {
                    read(file, check);
                }
            }
        } catch (NoSuchFileException e) {
            if (isLast) {
                throw e;
            }
            return null;
        }
        AuditReport report = check.end();
        return isLast || report.isIntact() || listing.files().equals(files) ? report : null;
    }

    private static void read(Path file, Verification check) throws IOException {
        check.begin(AuditFolder.name(file), AuditFolder.firstSeq(file));
        try (InputStream in = Files.newInputStream(file);
                LineReader lines = new LineReader(in)) {
            for (LineReader.Piece piece = lines.next(); piece != null && !check.isBroken(); piece = lines.next()) {
                check.take(piece);
            }
        }
    }

    private SlipwayException notFound(String found) {
        return new SlipwayException(
                ErrorCode.NOT_FOUND,
                "'%s' %s (expected: a folder with audit-*.jsonl)".formatted(folder.folder(), found));
    }
}

package dev.slipway.access.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a log, without saying whether it is as it was written: {@link AuditVerifier} does. */
public final class AuditReader {
    private final AuditFolder folder;

    /**
     * A line of the log.
     *
     * @param seq its number
     * @param count of requests or events that it stands for
     * @param text as it is in the file
     */
    public record Entry(long seq, AuditKind kind, AuditEvent event, long count, String text) {}

    public AuditReader(Path folder) {
        this.folder = new AuditFolder(folder);
    }

    /**
     * Hands on all lines, oldest first.
     *
     * @return how many pieces of the files are no lines
     * @throws UncheckedIOException when a file can't be read
     */
    public long forEach(Consumer<Entry> taker) {
        long others = 0;
        try {
            for (Path file : folder.files()) {
                others += readIfThere(file, taker);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("audit log '%s': %s".formatted(folder.folder(), e), e);
        }
        return others;
    }

    /** Of a log that is being written, the oldest file may be removed meanwhile. */
    private static long readIfThere(Path file, Consumer<Entry> taker) throws IOException {
        try {
            return read(file, taker);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static long read(Path file, Consumer<Entry> taker) throws IOException {
        long others = 0;
        try (InputStream in = Files.newInputStream(file);
                LineReader lines = new LineReader(in)) {
            for (LineReader.Piece piece = lines.next(); piece != null; piece = lines.next()) {
                try {
                    AuditLine line = piece.read();
                    String text = new String(piece.bytes(), StandardCharsets.UTF_8);
                    taker.accept(new Entry(line.seq(), line.kind(), line.event(), line.count(), text));
                } catch (MalformedLineException e) {
                    others++;
                }
            }
        }
        return others;
    }
}

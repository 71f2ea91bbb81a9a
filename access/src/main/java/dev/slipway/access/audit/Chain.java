package dev.slipway.access.audit;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds lines to the end of a log, in files of bounded size and of one day each. What is there is only ever added to: what a
 * crash tore stays where it is, and the next line tells of it. Of one thread; after an {@link IOException} of no more use.
 */
final class Chain implements Closeable {
    private final AuditSettings settings;
    private final AuditFolder folder;
    private final AuditStorage storage;
    private final AuditListener listener;
    private final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();

    private AuditStorage.@Nullable Appender file;
    private long fileBytes;
    private LocalDate fileDay = LocalDate.EPOCH;
    private long seq;
    private String hash = Sha256.NONE;
    private Head head = Head.BEFORE_ALL;

    /**
     * What who opens a log knows of it.
     *
     * @param why what ended the writing, for the log's next line; empty for nothing known
     * @param last the last line that was written; before all for nothing known
     */
    record Before(String why, Head last) {
        static final Before UNKNOWN = new Before("", Head.BEFORE_ALL);
    }

    private Chain(AuditSettings settings, AuditStorage storage, AuditListener listener) {
        this.settings = settings;
        this.folder = new AuditFolder(settings.folder());
        this.storage = storage;
        this.listener = listener;
    }

    /**
     * Finds the log's end, and goes on from there.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when the log was written with another key
     */
    static Chain open(AuditSettings settings, AuditStorage storage, AuditListener listener, Instant now, Before before)
            throws IOException {
        Chain chain = new Chain(settings, storage, listener);
        try {
            chain.goOn(Tail.of(chain.folder), now, before);
        } catch (IOException | RuntimeException e) {
            chain.close();
            throw e;
        }
        return chain;
    }

    /** Takes a line; it is in the file after {@link #write}, and on disk after {@link #force}. */
    void add(AuditKind kind, AuditEvent event, Instant now) throws IOException {
        add(kind, event, 1, now);
    }

    void add(AuditKind kind, AuditEvent event, long count, Instant now) throws IOException {
        boolean isFull = fileBytes + LineFormat.LINE_BYTES_MAX > settings.fileBytesMax();
        if (file == null || isFull || !day(now).equals(fileDay)) {
            begin(now);
        }
        put(kind, event, count, "");
    }

    void write() throws IOException {
        if (unwritten.size() > 0 && file != null) {
            file.write(ByteBuffer.wrap(unwritten.toByteArray()));
            unwritten.reset();
        }
    }

    /** Returns when all lines would outlive a power failure. */
    void force() throws IOException {
        write();
        if (file != null) {
            file.force();
        }
    }

    /** Says beside the files how far they are: after {@link #force}, so that it never says more than there is. */
    void mark() throws IOException {
        if (isBehind()) {
            head = Head.of(seq, hash, settings.key());
            storage.replace(folder.head(), head.bytes());
        }
    }

    /** Whether lines that were added are not yet in the head. */
    boolean isBehind() {
        return head.seq() != seq;
    }

    /** The last line that was added. */
    Head last() {
        return new Head(seq, hash, "");
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private void goOn(Tail tail, Instant now, Before before) throws IOException {
        checkKey(tail.last());
        seq = tail.lastSeq();
        hash = tail.lastHash();
        String ofHead = takeHead(tail);
        String ofBefore = follow(before.last());
        String fault = ofHead.isEmpty() ? ofBefore : ofHead;
        if (tail.file() != null) {
            file = storage.append(tail.file());
            fileBytes = Files.size(tail.file());
            fileDay = tail.last() == null ? day(now) : day(tail.last().event().time());
            if (tail.endsInMidLine()) {
                unwritten.write('\n');
                fileBytes++;
            }
        }
        if (fault.isEmpty() && before.why().isEmpty() && tail.tornBytes() == 0 && !tail.endsInMidLine()) {
            return;
        }
        if (file == null) {
            begin(now);
        }
        // Straight after what it tells of, be the file full or of another day.
        put(AuditKind.RECOVERED, recovery(tail, now, before.why(), fault), tail.tornBytes(), tail.tornHash());
        force();
        mark();
    }

    private static AuditEvent recovery(Tail tail, Instant now, String why, String fault) {
        String cause = why.isEmpty() ? "the log was not closed" : why;
        String torn = tail.tornBytes() == 0
                ? cause
                : "%s; %d bytes before this are no line".formatted(cause, tail.tornBytes());
        return AuditEvent.own(
                now,
                fault.isEmpty() ? AuditOutcome.ALLOWED : AuditOutcome.FAILED,
                fault.isEmpty() ? torn : fault + "; " + torn);
    }

    /** Takes up what the head says; answers what is wrong, empty for nothing. */
    private String takeHead(Tail tail) throws IOException {
        Head found;
        try {
            found = Head.read(folder.head());
        } catch (MalformedLineException e) {
            return "audit.head is not one: " + e.getMessage();
        }
        if (found == null) {
            if (tail.file() != null) {
                return "audit.head is not there";
            }
            // Before the first line: from now on, files without a head are a fault.
            storage.replace(
                    folder.head(), Head.of(0, Sha256.NONE, settings.key()).bytes());
            return "";
        }
        if (settings.key() == null ? !found.mac().isEmpty() : !found.isProvenBy(settings.key())) {
            return "audit.head is not proven by the key";
        }
        head = found;
        return follow(found);
    }

    /**
     * Where a line is known that is not there, the next line follows on it: the gap shows for good.
     *
     * @return what is wrong; empty for nothing
     */
    private String follow(Head known) {
        boolean isFurther = known.seq() > seq;
        boolean isOther = known.seq() == seq && !known.hash().equals(hash);
        if (!isFurther && !isOther) {
            return "";
        }
        String fault = isFurther
                ? "lines up to %d are missing (found: up to %d)".formatted(known.seq(), seq)
                : "line %d was changed".formatted(seq);
        seq = known.seq();
        hash = known.hash();
        return fault;
    }

    private void checkKey(@Nullable AuditLine last) {
        AuditKey key = settings.key();
        if (last != null && (key == null ? !last.mac().isEmpty() : !last.isProvenBy(key))) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "audit log '%s' was written %s (expected: the same key, or another folder)"
                            .formatted(
                                    folder.folder(),
                                    last.mac().isEmpty()
                                            ? "without a key"
                                            : key == null ? "with a key" : "with another key"));
        }
    }

    /** Begins another file; removes the oldest ones, of which the new file's first line tells. */
    private void begin(Instant now) throws IOException {
        if (file != null) {
            force();
            mark();
            close();
        }
        List<Path> before = folder.files();
        file = storage.append(folder.file(seq + 1));
        fileBytes = 0;
        fileDay = day(now);
        int surplus = before.size() + 1 - settings.filesMax();
        if (surplus > 0) {
            retire(before.subList(0, surplus), before.get(surplus), now);
        }
    }

    /** What tells of the removal is on disk before anything is removed. */
    private void retire(List<Path> files, Path oldestKept, Instant now) throws IOException {
        long last = AuditFolder.firstSeq(oldestKept) - 1;
        String names = "%s to %s are removed after this: %d files are kept"
                .formatted(
                        AuditFolder.name(files.get(0)),
                        AuditFolder.name(files.get(files.size() - 1)),
                        settings.filesMax());
        put(AuditKind.RETIRED, AuditEvent.own(now, AuditOutcome.ALLOWED, names), last, "");
        force();
        mark();
        try {
            for (Path old : files) {
                storage.delete(old);
            }
        } catch (IOException e) {
            // Not the ones after it either: a gap among the files would be a fault. The log goes on all the same.
            listener.kept(String.valueOf(e.getMessage()));
        }
    }

    private void put(AuditKind kind, AuditEvent event, long count, String of) {
        AuditLine line = new AuditLine(seq + 1, hash, kind, event, count, of, "");
        String text = LineFormat.write(line);
        if (settings.key() != null) {
            text = LineFormat.write(line.withMac(settings.key().mac(text)));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        unwritten.writeBytes(bytes);
        unwritten.write('\n');
        fileBytes += bytes.length + 1;
        seq++;
        hash = Sha256.of(bytes);
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}

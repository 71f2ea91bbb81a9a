package dev.slipway.source.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file that is being downloaded, and what its server said of it: enough to go on after a kill. */
final class Part {
    private static final String DIGEST = "digest.";

    private final Path data;
    private final Path notes;
    private final Path done;

    /**
     * What the first answer said.
     *
     * @param digests to be checked when all is there
     */
    record Notes(Validator validator, Digests digests) {
        static final Notes NONE = new Notes(new Validator("", "", -1), new Digests(new TreeMap<>()));
    }

    Part(Path folder, String name) {
        data = folder.resolve(name + ".part");
        notes = folder.resolve(name + ".notes");
        done = folder.resolve(name + ".done");
    }

    Path data() {
        return data;
    }

    Path done() {
        return done;
    }

    /** Bytes that are here and may be gone on from. */
    long bytes() throws IOException {
        return Files.exists(data) && Files.exists(notes) ? Files.size(data) : 0;
    }

    /** What is known of the bytes that are here. */
    Notes notes() throws IOException {
        if (!Files.exists(notes)) {
            return Notes.NONE;
        }
        Properties text = new Properties();
        try (InputStream in = Files.newInputStream(notes)) {
            text.load(in);
        }
        SortedMap<String, String> digests = new TreeMap<>();
        text.stringPropertyNames().stream()
                .filter(name -> name.startsWith(DIGEST))
                .forEach(name -> digests.put(name.substring(DIGEST.length()), text.getProperty(name)));
        Validator validator = new Validator(
                text.getProperty("etag", ""),
                text.getProperty("lastModified", ""),
                Long.parseLong(text.getProperty("bytes", "-1")));
        return new Notes(validator, new Digests(digests));
    }

    /** Begins anew, with an empty file. */
    void begin(Notes known) throws IOException {
        drop();
        Properties text = new Properties();
        text.setProperty("etag", known.validator().etag());
        text.setProperty("lastModified", known.validator().lastModified());
        text.setProperty("bytes", Long.toString(known.validator().bytes()));
        known.digests().stated().forEach((algorithm, value) -> text.setProperty(DIGEST + algorithm, value));
        Path unfinished = notes.resolveSibling(notes.getFileName() + ".tmp");
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            text.store(out, null);
        }
        Files.createFile(data);
        Files.move(unfinished, notes);
    }

    /** Forgets what is here. */
    void drop() throws IOException {
        // The notes first: bytes without notes do not count.
        Files.deleteIfExists(notes);
        Files.deleteIfExists(data);
    }

    /** Writes to {@link #data}. A full disk is no trouble of the network's, and told apart from it. */
    void write(ByteBuffer bytes, FileChannel file) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            FileSystemException failed = new FileSystemException(data.toString(), null, e.getMessage());
            failed.initCause(e);
            throw failed;
        }
    }

    /** All bytes are here, and right. */
    void complete() throws IOException {
        Files.move(data, done);
    }
}

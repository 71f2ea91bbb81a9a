package dev.slipway.backend.h2o;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The zip archive of a MOJO, with bounds on what reading it may take. */
final class MojoArchive implements Closeable {
    private static final int ENTRIES_MAX = 1_000_000;
    private static final int ENTRY_BYTES_MAX = 256 << 20;
    private static final long ALL_BYTES_MAX = 2L << 30;

    private final String file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new HashMap<>();
    private long bytes;

    private MojoArchive(String file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} for what is no zip; {@code UNAVAILABLE} when it can't be read */
    static MojoArchive open(Path path) {
        String file = String.valueOf(path.getFileName());
        try {
            if (!Files.isReadable(path)) {
                throw new SlipwayException(UNAVAILABLE, "'%s' can't be read".formatted(file));
            }
            MojoArchive archive = new MojoArchive(file, new ZipFile(path.toFile()));
            boolean isGood = false;
            try {
                archive.index();
                isGood = true;
                return archive;
            } finally {
                if (!isGood) {
                    archive.close();
                }
            }
        } catch (ZipException | IllegalArgumentException e) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is no MOJO, or it is cut short or damaged: %s (expected: the zip archive that H2O's"
                                    .formatted(file, e.getMessage())
                            + " model.download_mojo writes)",
                    e);
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file, e), e);
        }
    }

    private void index() {
        if (zip.size() > ENTRIES_MAX) {
            throw refused(INVALID_ARGUMENT, zip.size() + " entries", ENTRIES_MAX + " at most");
        }
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            bytes += Math.max(0, entry.getSize());
            if (entry.getSize() < 0 || entry.getSize() > ENTRY_BYTES_MAX || bytes > ALL_BYTES_MAX) {
                throw refused(
                        INVALID_ARGUMENT,
                        "'%s' of %d bytes".formatted(shown(entry.getName()), entry.getSize()),
                        "256 MiB an entry, and 2 GiB in all, at most");
            } else if (entries.put(entry.getName(), entry) != null) {
                throw refused(INVALID_ARGUMENT, "'%s' twice".formatted(shown(entry.getName())), "each entry once");
            }
        }
    }

    String file() {
        return file;
    }

    /** Of all entries, inflated. */
    long byteCount() {
        return bytes;
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** Of all entries. */
    Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    byte[] bytes(String name) {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw refused(INVALID_ARGUMENT, "no '%s'".formatted(shown(name)), "one");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] read = in.readNBytes((int) entry.getSize());
            if (read.length != entry.getSize() || in.read() >= 0) {
                throw refused(
                        INVALID_ARGUMENT,
                        "'%s' of another size than stated".formatted(shown(name)),
                        entry.getSize() + " bytes");
            }
            return read;
        } catch (IOException e) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "'%s' in '%s' is damaged: %s".formatted(shown(name), file, e.getMessage()), e);
        }
    }

    SlipwayException refused(ErrorCode code, String found, String expected) {
        return new SlipwayException(
                code, "'%s' is no MOJO that can be served: it has %s (expected: %s)".formatted(file, found, expected));
    }

    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be closed: %s".formatted(file, e), e);
        }
    }
}

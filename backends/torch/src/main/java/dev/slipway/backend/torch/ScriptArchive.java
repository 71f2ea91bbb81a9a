package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The zip archive that {@code torch.jit.save} writes: one folder with {@code data.pkl}, {@code constants.pkl}, {@code code/},
 * {@code data/} and {@code version}. Says what else a file is, and bounds what reading it may take.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md">the format</a>
 */
final class ScriptArchive implements Closeable {
    /** The newest that PyTorch 2.7.1 reads. */
    private static final int VERSION_MAX = 10;

    private static final int ENTRIES_MAX = 100_000;
    private static final int ENTRY_BYTES_MAX = 64 << 20;
    private static final long INFLATED_BYTES_MAX = 256L << 20;
    private static final String EXPORT = "(expected: TorchScript, as torch.jit.script(model).save(path) or"
            + " torch.jit.trace(model, example).save(path) writes it)";

    private final String file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new TreeMap<>();
    private String root = "";

    private ScriptArchive(Path path, ZipFile zip) {
        this.file = String.valueOf(path.getFileName());
        this.zip = zip;
    }

    /**
     * @throws SlipwayException {@code INVALID_ARGUMENT} for what is no TorchScript archive; {@code UNIMPLEMENTED} for other
     *     things that PyTorch writes; {@code UNAVAILABLE} when it can't be read
     */
    static ScriptArchive open(Path path) {
        String file = String.valueOf(path.getFileName());
        try {
            long size = Files.size(path);
            refuseOthers(file, path);
            ScriptArchive archive = new ScriptArchive(path, new ZipFile(path.toFile()));
            boolean isGood = false;
            try {
                archive.index(size);
                archive.checkKind();
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
                    "'%s' is a zip archive that is cut short or damaged: %s %s".formatted(file, e.getMessage(), EXPORT),
                    e);
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file, e), e);
        }
    }

    private static void refuseOthers(String file, Path path) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(64);
        }
        if (head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4) {
            return;
        } else if (head.length > 1 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' is a Python pickle, as torch.save writes it; it needs the Python classes %s"
                            .formatted(file, EXPORT));
        } else if (new String(head, StandardCharsets.ISO_8859_1).startsWith("version https://git-lfs")) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is a Git LFS pointer; the model itself was not fetched %s".formatted(file, EXPORT));
        }
        throw new SlipwayException(
                INVALID_ARGUMENT, "'%s' does not start as a zip archive does %s".formatted(file, EXPORT));
    }

    private void index(long fileBytes) {
        if (zip.size() > ENTRIES_MAX) {
            throw refused("%d entries".formatted(zip.size()), ENTRIES_MAX + " at most");
        }
        long inflated = 0;
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            String name = entry.getName();
            int slash = name.indexOf('/');
            if (slash < 1 || name.contains("..") || name.startsWith("/")) {
                throw refused("an entry '%s'".formatted(shown(name)), "all entries in one folder");
            }
            String folder = name.substring(0, slash);
            if (root.isEmpty()) {
                root = folder;
            } else if (!root.equals(folder)) {
                throw refused(
                        "entries in '%s' and '%s'".formatted(shown(root), shown(folder)), "all entries in one folder");
            }
            if (entry.getSize() < 0 || entry.getCompressedSize() > fileBytes) {
                throw refused("an entry '%s' without a size".formatted(shown(name)), "sizes that fit the file");
            }
            inflated += entry.getMethod() == ZipEntry.STORED ? 0 : entry.getSize();
            if ((entry.getMethod() == ZipEntry.STORED && entry.getSize() > fileBytes)
                    || inflated > INFLATED_BYTES_MAX) {
                throw refused(
                        "'%s' of %d bytes in a file of %d".formatted(shown(name), entry.getSize(), fileBytes),
                        "no more than 256 MiB that are compressed");
            }
            if (!entry.isDirectory() && entries.put(name.substring(slash + 1), entry) != null) {
                throw refused("'%s' twice".formatted(shown(name)), "each entry once");
            }
        }
    }

    private void checkKind() {
        boolean hasCode = entries.keySet().stream().anyMatch(name -> name.startsWith("code/") && name.endsWith(".py"));
        if (has("data.pkl") && !hasCode) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' is a checkpoint, as torch.save writes it: weights without code %s".formatted(file, EXPORT));
        } else if (has("archive_format") || has("models/model.json") || has("serialized_exported_program.json")) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' is an archive of torch.export, which has no runtime here %s".formatted(file, EXPORT));
        } else if (has("model.json")) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' is TorchScript of PyTorch 1.0 to 1.3: load it and save it again with a newer one %s"
                            .formatted(file, EXPORT));
        } else if (has("bytecode.pkl") && !hasCode) {
            throw new SlipwayException(
                    UNIMPLEMENTED, "'%s' is a model for PyTorch Mobile alone %s".formatted(file, EXPORT));
        }
        for (String name : new String[] {"data.pkl", "constants.pkl", "version"}) {
            if (!has(name)) {
                throw refused("no '%s'".formatted(name), "data.pkl, constants.pkl, version and code/");
            }
        }
        String version = text("version").strip();
        if (!version.matches("\\d{1,9}")) {
            throw refused("version '%s'".formatted(shown(version)), "a number");
        } else if (Integer.parseInt(version) > VERSION_MAX) {
            throw refused(UNIMPLEMENTED, "version " + version, "%d at most".formatted(VERSION_MAX));
        }
    }

    String file() {
        return file;
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** Bytes of an entry that is there, as they are once inflated. */
    long size(String name) {
        ZipEntry entry = entries.get(name);
        return entry == null ? 0 : entry.getSize();
    }

    /** Names within the archive's folder, in their order. */
    Iterable<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    byte[] bytes(String name) {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw refused("no '%s'".formatted(shown(name)), "one");
        } else if (entry.getSize() > ENTRY_BYTES_MAX) {
            throw refused("'%s' of %d bytes".formatted(shown(name), entry.getSize()), ENTRY_BYTES_MAX + " at most");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) entry.getSize());
            if (bytes.length != entry.getSize() || in.read() >= 0) {
                throw refused("'%s' of another size than stated".formatted(shown(name)), entry.getSize() + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "'%s' in '%s' is damaged: %s".formatted(shown(name), file, e.getMessage()), e);
        }
    }

    SlipwayException refused(String found, String expected) {
        return refused(INVALID_ARGUMENT, found, expected);
    }

    SlipwayException refused(ErrorCode code, String found, String expected) {
        return new SlipwayException(
                code,
                "'%s' is no TorchScript that can be served: it has %s (expected: %s)".formatted(file, found, expected));
    }

    /** Text of a file, for messages: short, and on one line. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > 120 ? line.substring(0, 120) + "..." : line;
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

package dev.slipway.backend.keras;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The table of contents of a {@code .keras} file, which is a zip. Read by code of our own, since only the place of a stored
 * entry lets its weights be read without a copy.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16</a>
 */
final class Archive {
    private static final int END_BYTES = 22;
    private static final int COMMENT_MAX = 65_535;
    private static final int ENTRIES_MAX = 10_000;
    private static final int TABLE_BYTES_MAX = 16 << 20;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /** How many times its size an entry may unpack to. */
    private static final long EXPANSION_MAX = 64;

    private final Path path;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * An entry.
     *
     * @param method 0 when stored as it is, 8 when deflated
     * @param packedBytes its size in the file
     * @param bytes its size
     * @param start of its data, in the file
     */
    record Entry(int method, long packedBytes, long bytes, long start) {
        boolean isStored() {
            return method == STORED;
        }
    }

    private Archive(Path path) {
        this.path = path;
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it is no zip, {@code UNAVAILABLE} when it can't be read */
    static Archive open(Path path) {
        Archive archive = new Archive(path);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            archive.read(file);
            return archive;
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path.getFileName(), e), e);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | java.nio.BufferUnderflowException e) {
            throw archive.broken("a table of contents that is cut", e);
        }
    }

    Optional<Entry> entry(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    private void read(FileChannel file) throws IOException {
        long size = file.size();
        int tailBytes = (int) Math.min(size, END_BYTES + COMMENT_MAX);
        ByteBuffer tail = bytes(file, size - tailBytes, tailBytes);
        int end = tailBytes - END_BYTES;
        while (end >= 0 && tail.getInt(end) != 0x06054b50) {
            end--;
        }
        if (end < 0) {
            throw broken("no table of contents", null);
        }
        int count = Short.toUnsignedInt(tail.getShort(end + 10));
        long tableBytes = Integer.toUnsignedLong(tail.getInt(end + 12));
        long tableStart = Integer.toUnsignedLong(tail.getInt(end + 16));
        if (count > ENTRIES_MAX || tableBytes > TABLE_BYTES_MAX || tableStart > size - tableBytes) {
            throw broken("a table of %d entries and %d bytes at %d".formatted(count, tableBytes, tableStart), null);
        }
        ByteBuffer table = bytes(file, tableStart, (int) tableBytes);
        for (int i = 0; i < count; i++) {
            entry(file, table);
        }
    }

    private void entry(FileChannel file, ByteBuffer table) throws IOException {
        int at = table.position();
        if (table.getInt(at) != 0x02014b50) {
            throw broken("a table of contents with other things in it", null);
        }
        long packed = Integer.toUnsignedLong(table.getInt(at + 20));
        long unpacked = Integer.toUnsignedLong(table.getInt(at + 24));
        byte[] name = new byte[Short.toUnsignedInt(table.getShort(at + 28))];
        long header = Integer.toUnsignedLong(table.getInt(at + 42));
        table.position(at + 46);
        table.get(name);
        table.position(table.position()
                + Short.toUnsignedInt(table.getShort(at + 30))
                + Short.toUnsignedInt(table.getShort(at + 32)));
        ByteBuffer local = bytes(file, header, 30);
        long start = header + 30 + Short.toUnsignedInt(local.getShort(26)) + Short.toUnsignedInt(local.getShort(28));
        Entry entry = new Entry(Short.toUnsignedInt(table.getShort(at + 10)), packed, unpacked, start);
        if (start > file.size() - packed || (entry.isStored() && packed != unpacked)) {
            throw broken("an entry of %d bytes at %d".formatted(packed, start), null);
        }
        if (entries.putIfAbsent(new String(name, StandardCharsets.UTF_8), entry) != null) {
            throw broken("two entries of the same name", null);
        }
    }

    private ByteBuffer bytes(FileChannel file, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (from < 0 || file.read(bytes, from + bytes.position()) < 0) {
                throw broken("less than it says", null);
            }
        }
        return bytes.flip();
    }

    /**
     * The text of an entry.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when there is none, or it has more than {@code bytesMax}
     */
    String text(String name, int bytesMax) {
        Entry entry = entry(name)
                .orElseThrow(() -> Faults.invalid(
                        "'%s' has no '%s' (expected: one; found: %s)",
                        path.getFileName(),
                        name,
                        entries.keySet().stream().limit(10).toList()));
        if (entry.bytes() > bytesMax) {
            throw Faults.invalid(
                    "'%s': '%s' has %d bytes (expected: at most %d)",
                    path.getFileName(), name, entry.bytes(), bytesMax);
        }
        try (InputStream data = data(entry)) {
            byte[] text = data.readNBytes(bytesMax + 1);
            if (text.length > bytesMax) {
                throw broken("'%s' of more than %d bytes".formatted(name, bytesMax), null);
            }
            return new String(text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw broken("'%s' that does not unpack".formatted(name), e);
        }
    }

    /** Unpacks an entry into a file. */
    void unpack(Entry entry, Path target) {
        long most = Math.min(entry.bytes(), Math.multiplyExact(entry.packedBytes(), EXPANSION_MAX));
        try (InputStream data = data(entry);
                OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[1 << 16];
            long written = 0;
            for (int count = data.read(buffer); count >= 0; count = data.read(buffer)) {
                written += count;
                if (written > most) {
                    throw broken("an entry of more than %d bytes".formatted(most), null);
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            throw broken("an entry that does not unpack", e);
        }
    }

    private InputStream data(Entry entry) throws IOException {
        InputStream packed = Channels.newInputStream(BoundedChannel.open(path, entry.start(), entry.packedBytes()));
        if (entry.isStored()) {
            return packed;
        } else if (entry.method() == DEFLATED) {
            // Java's inflater wants one byte more than there is.
            return new InflaterInputStream(
                    new java.io.SequenceInputStream(packed, new ByteArrayInputStream(new byte[1])),
                    new Inflater(true)) {
                @Override
                public void close() throws IOException {
                    super.close();
                    inf.end();
                }
            };
        }
        packed.close();
        throw Faults.unimplemented(
                "'%s' is packed by method %d (expected: stored, or deflated)", path.getFileName(), entry.method());
    }

    private SlipwayException broken(String found, @org.jspecify.annotations.Nullable Throwable cause) {
        return new SlipwayException(
                INVALID_ARGUMENT,
                "'%s' is no .keras file, or a broken one: %s (expected: a zip that is whole)"
                        .formatted(path.getFileName(), found),
                cause);
    }
}

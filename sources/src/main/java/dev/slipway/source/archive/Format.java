package dev.slipway.source.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** What a file is, by its first bytes; its name only settles what bytes can't. */
enum Format {
    TAR,
    TAR_GZ,
    ZIP,
    /** A model by itself. */
    SINGLE;

    private static final int TAR_BLOCK_BYTES = 512;
    private static final int TAR_SUM_AT = 148;
    private static final int TAR_SUM_BYTES = 8;
    private static final int SHOWN_BYTES = 12;
    private static final List<String> ARCHIVE_ENDINGS = List.of(".tar.gz", ".tgz", ".tar", ".zip", ".mar");

    /** Formats of models that are zip files, and are opened as they are. */
    private static final List<String> ZIPPED_MODELS =
            List.of(".pt", ".pth", ".pt2", ".ptl", ".keras", ".npz", ".jar", ".skops");

    private static final Map<String, String> OTHERS = Map.of(
            "fd377a585a00", "xz", "28b52ffd", "zstd", "425a68", "bzip2", "377abcaf271c", "7z", "526172211a", "rar");

    /**
     * @param name what the file is called where it comes from
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the name promises an archive and the bytes are none;
     *     {@code UNIMPLEMENTED} for other compressions
     */
    static Format of(Path file, String name) throws IOException {
        byte[] head = head(file);
        String lower = name.toLowerCase(Locale.ROOT);
        if (startsWith(head, 0x1f, 0x8b)) {
            return gzip(file, name);
        }
        boolean isZip = startsWith(head, 'P', 'K', 3, 4) || startsWith(head, 'P', 'K', 5, 6);
        if (isZip && ZIPPED_MODELS.stream().noneMatch(lower::endsWith)) {
            return ZIP;
        }
        if (isTar(head)) {
            return TAR;
        }
        String hex = HexFormat.of().formatHex(head, 0, Math.min(head.length, SHOWN_BYTES));
        for (Map.Entry<String, String> other : OTHERS.entrySet()) {
            if (hex.startsWith(other.getKey())) {
                throw new SlipwayException(
                        ErrorCode.UNIMPLEMENTED,
                        "'%s' is compressed with %s (expected: tar.gz, tar, zip, or a single file)"
                                .formatted(SafePath.shown(name), other.getValue()));
            }
        }
        if (ARCHIVE_ENDINGS.stream().anyMatch(lower::endsWith)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "'%s' is no archive: it begins with %s (expected: tar.gz, tar or zip)"
                            .formatted(SafePath.shown(name), shown(head)));
        }
        return SINGLE;
    }

    private static Format gzip(Path file, String name) throws IOException {
        byte[] head;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            head = in.readNBytes(TAR_BLOCK_BYTES);
        }
        if (!isTar(head)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "'%s' is a gzip without a tar in it (expected: tar.gz)".formatted(SafePath.shown(name)));
        }
        return TAR_GZ;
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(TAR_BLOCK_BYTES);
        }
    }

    private static boolean startsWith(byte[] head, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (head.length <= i || (head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** A header's sum tells old tars too, which have no magic. An empty tar is a block of zeros. */
    private static boolean isTar(byte[] head) {
        if (head.length < TAR_BLOCK_BYTES) {
            return false;
        }
        byte[] blank = head.clone();
        Arrays.fill(blank, TAR_SUM_AT, TAR_SUM_AT + TAR_SUM_BYTES, (byte) ' ');
        int sum = 0;
        for (byte b : blank) {
            sum += b & 0xff;
        }
        String stated = new String(head, TAR_SUM_AT, TAR_SUM_BYTES, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
        try {
            return !stated.isEmpty() && Integer.parseInt(stated, 8) == sum;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String shown(byte[] head) {
        String text = new String(head, 0, Math.min(head.length, SHOWN_BYTES), StandardCharsets.ISO_8859_1);
        boolean isText = !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        return isText
                ? "'" + text + "'"
                : "bytes " + HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}

package dev.slipway.backend.trees;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of LightGBM's text, each either a key and its value or a word alone, in sections that an empty line ends. */
final class LightgbmLines {
    private static final int LINE_BYTES_MAX = 256 << 20;

    private final FileBytes bytes;
    private byte[] buffer = new byte[1 << 12];

    LightgbmLines(FileBytes bytes) {
        this.bytes = bytes;
    }

    /** The next line, without its end; null behind the last one. */
    @Nullable
    String next() {
        if (bytes.peek() < 0) {
            return null;
        }
        int length = 0;
        while (bytes.peek() >= 0) {
            int next = bytes.next();
            if (next == '\n') {
                break;
            } else if (length == LINE_BYTES_MAX) {
                throw bytes.broken("a line of more than %d bytes".formatted(LINE_BYTES_MAX), "at most that");
            } else if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * length);
            }
            buffer[length++] = (byte) next;
        }
        while (length > 0 && (buffer[length - 1] == '\r' || buffer[length - 1] == ' ')) {
            length--;
        }
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    /** The lines up to the next empty one, by key; a word alone has an empty value. */
    Map<String, String> section() {
        Map<String, String> lines = new HashMap<>();
        for (String line = next(); line != null && !line.isEmpty(); line = next()) {
            int sign = line.indexOf('=');
            lines.put(sign < 0 ? line : line.substring(0, sign), sign < 0 ? "" : line.substring(sign + 1));
        }
        return lines;
    }
}

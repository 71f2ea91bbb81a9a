package dev.slipway.protocol.torchserve;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code multipart/form-data}. Parts are views of the body.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
final class MultipartForm {
    private static final int PARTS_MAX = 256;
    private static final int HEAD_BYTES_MAX = 8 << 10;
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^;\\s\"]{1,70}))");
    private static final Pattern NAME = Pattern.compile("(?i);\\s*name=(?:\"([^\"]*)\"|([^;\\s]+))");

    private final ByteBuffer body;
    private final byte[] delimiter;

    private MultipartForm(ByteBuffer body, byte[] delimiter) {
        this.body = body;
        this.delimiter = delimiter;
    }

    /**
     * The parts, in order.
     *
     * @param contentType with its boundary
     * @throws SlipwayException {@code INVALID_ARGUMENT} for what is no such form
     */
    static List<Part> parts(String contentType, ByteBuffer body) {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.find()) {
            throw invalid("content type '%s' has no boundary (expected: multipart/form-data; boundary=...)"
                    .formatted(contentType));
        }
        String boundary = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new MultipartForm(body, ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1)).read();
    }

    private List<Part> read() {
        List<Part> parts = new ArrayList<>();
        int at = find(delimiter, body.position());
        while (at >= 0) {
            int begin = at + delimiter.length;
            if (begin + 2 <= body.limit() && body.get(begin) == '-' && body.get(begin + 1) == '-') {
                return parts;
            }
            int next = find(delimiter, begin);
            int head = find(new byte[] {'\r', '\n'}, begin);
            int end = next - 2;
            int value = head < 0 ? -1 : endOfHead(head);
            if (next < 0 || value < 0 || value > end) {
                break;
            }
            if (parts.size() == PARTS_MAX) {
                throw invalid("form has more than %d parts (expected: at most so many)".formatted(PARTS_MAX));
            }
            parts.add(part(text(head, value), body.duplicate().position(value).limit(end)));
            at = next;
        }
        throw invalid("form of %d bytes is cut off after %d parts (expected: a boundary at its end)"
                .formatted(body.remaining(), parts.size()));
    }

    /** Where the empty line ends that ends the head; -1 when there is none. */
    private int endOfHead(int from) {
        int end = find(new byte[] {'\r', '\n', '\r', '\n'}, from);
        if (end - from > HEAD_BYTES_MAX) {
            throw invalid("a part's head has %d bytes (expected: at most %d)".formatted(end - from, HEAD_BYTES_MAX));
        }
        return end < 0 ? -1 : end + 4;
    }

    private static Part part(String head, ByteBuffer value) {
        String name = null;
        String contentType = "";
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            if (key.equals("content-disposition")) {
                name = name(line.substring(colon + 1));
            } else if (key.equals("content-type")) {
                contentType = MediaType.bare(line.substring(colon + 1));
            }
        }
        if (name == null) {
            throw invalid("a part has no name (expected: Content-Disposition: form-data; name=\"...\")");
        }
        return new Part(name, contentType, value);
    }

    private static @Nullable String name(String disposition) {
        Matcher matcher = NAME.matcher(disposition);
        return !matcher.find() ? null : matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    private String text(int from, int to) {
        return StandardCharsets.UTF_8
                .decode(body.duplicate().position(from).limit(to))
                .toString();
    }

    /** Where {@code wanted} is, at {@code from} or behind; -1 when it is not there. */
    private int find(byte[] wanted, int from) {
        int last = body.limit() - wanted.length;
        for (int at = from; at <= last; at++) {
            int same = 0;
            while (same < wanted.length && body.get(at + same) == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return at;
            }
        }
        return -1;
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

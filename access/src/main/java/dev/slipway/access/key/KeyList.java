package dev.slipway.access.key;

import dev.slipway.access.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of a file. Never changed. */
public final class KeyList {
    /** More than any server has; a file with more is something else. */
    private static final int KEYS_MAX = 20_000;

    private final List<ApiKey> keys;
    private final Map<String, Held> byId;

    /** What one request needs of a key, worked out before. Any thread. */
    static final class Held {
        private final ApiKey key;
        private final byte[] sha256;
        private final Principal principal;

        /** The key itself once somebody has shown it: the next one who does need not be hashed. */
        private volatile @Nullable ShownKey shown;

        private Held(ApiKey key) {
            this.key = key;
            this.sha256 = HexFormat.of().parseHex(key.sha256());
            this.principal = key.principal();
        }

        ApiKey key() {
            return key;
        }

        Principal principal() {
            return principal;
        }

        /** Whether that is the key. Takes as long for any other of its length. */
        boolean isShownBy(String text) {
            ShownKey known = shown;
            if (known != null && known.isEqualTo(text)) {
                return true;
            }
            KeyText key = KeyText.read(text);
            if (key == null || !MessageDigest.isEqual(sha256, key.sha256())) {
                return false;
            }
            shown = new ShownKey(text);
            return true;
        }
    }

    private KeyList(List<ApiKey> keys, Map<String, Held> byId) {
        this.keys = List.copyOf(keys);
        this.byId = Map.copyOf(byId);
    }

    /**
     * @param content UTF-8: lines with a key each, empty ones, and comments, which start with {@code #}
     * @throws IllegalArgumentException with the line's number, when it is anything else, or two keys have one id
     */
    static KeyList parse(byte[] content) {
        List<ApiKey> keys = new ArrayList<>();
        Map<String, Held> byId = new HashMap<>();
        int number = 0;
        for (String line : text(content).split("\n", -1)) {
            number++;
            if (!isKey(line)) {
                continue;
            }
            try {
                ApiKey key = KeyLine.parse(line);
                if (byId.put(key.id(), new Held(key)) != null) {
                    throw new IllegalArgumentException(
                            "id: '%s' is another line's too (expected: each once)".formatted(key.id()));
                }
                keys.add(key);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()), e);
            }
            if (keys.size() > KEYS_MAX) {
                throw new IllegalArgumentException(
                        "line %d: more than %d keys (expected: at most as many)".formatted(number, KEYS_MAX));
            }
        }
        return new KeyList(keys, byId);
    }

    /** Whether a line is neither empty nor a comment. */
    static boolean isKey(String line) {
        String text = line.strip();
        return !text.isEmpty() && text.charAt(0) != '#';
    }

    /** Bytes that are no UTF-8 are an error, not question marks. */
    static String text(byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("bytes that are no text (expected: UTF-8)", e);
        }
    }

    /** In the order of their lines. */
    public List<ApiKey> keys() {
        return keys;
    }

    @Nullable
    Held find(String id) {
        return byId.get(id);
    }
}

package dev.slipway.access.key;

import dev.slipway.access.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A key as its holder has it: {@code slipway_ID_SECRET}, the secret 32 random bytes in base64url. The first word lets programs
 * that look for lost secrets find it; the id finds its hash without trying all.
 *
 * @param text the whole
 */
record KeyText(String id, String text) {
    /** What every key starts with. */
    static final String PREFIX = "slipway_";

    /** 32 bytes. */
    private static final int SECRET_CHARACTERS = 43;

    private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_CHARACTERS = 12;
    private static final int ID_CHARACTERS_MAX = 32;

    /** A new one. */
    static KeyText random(SecureRandom random) {
        StringBuilder id = new StringBuilder();
        for (int at = 0; at < ID_CHARACTERS; at++) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return new KeyText(
                id.toString(),
                PREFIX + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** What a client shows; null when it can't be a key. */
    static @Nullable KeyText read(String text) {
        String id = idOf(text);
        return id == null || !isPlain(text) ? null : new KeyText(id, text);
    }

    /** The id in what a client shows, which may be no key for all that; null when it can't be one for its form. */
    static @Nullable String idOf(String text) {
        int end = text.length() - SECRET_CHARACTERS - 1;
        int idCharacters = end - PREFIX.length();
        if (idCharacters < 1
                || idCharacters > ID_CHARACTERS_MAX
                || !text.startsWith(PREFIX)
                || text.charAt(end) != '_') {
            return null;
        }
        return text.substring(PREFIX.length(), end);
    }

    /** Keys are 256 random bits: a slow hash would protect nothing more, and cost each request milliseconds. */
    byte[] sha256() {
        return Sha256.of(text);
    }

    /** As in a file of keys. */
    String sha256Hex() {
        return HexFormat.of().formatHex(sha256());
    }

    /** Secrets stay out of logs. */
    @Override
    public String toString() {
        return PREFIX + id + "_***";
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char one = text.charAt(at);
            boolean plain = (one >= 'a' && one <= 'z')
                    || (one >= 'A' && one <= 'Z')
                    || (one >= '0' && one <= '9')
                    || one == '_'
                    || one == '-';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}

package dev.slipway.transforms.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Pictures that come as text, where protocols have no bytes: base64, also as a {@code data:} URL. */
final class EncodedText {
    private static final byte[] URL = "data:".getBytes(StandardCharsets.US_ASCII);

    /** Longer types of media are none. */
    private static final int URL_HEAD_BYTES_MAX = 256;

    /** Letters that say enough of the first bytes. */
    private static final int HEAD_LETTERS = 4 * ((Format.HEAD_BYTES + 2) / 3);

    private EncodedText() {}

    /** The picture that text stands for; bytes of a picture, and what is neither, as they are. */
    static byte[] decoded(byte[] sent) {
        if (Format.of(sent) != null) {
            return sent;
        }
        byte[] letters = withoutUrl(sent);
        try {
            Base64.Decoder decoder = decoder(letters);
            byte[] start = Arrays.copyOf(letters, Math.min(letters.length, HEAD_LETTERS));
            if (letters.length <= HEAD_LETTERS || Format.of(decoder.decode(start)) == null) {
                return sent;
            }
            return decoder.decode(letters);
        } catch (IllegalArgumentException e) {
            return sent;
        }
    }

    private static byte[] withoutUrl(byte[] sent) {
        if (sent.length < URL.length || !Arrays.equals(sent, 0, URL.length, URL, 0, URL.length)) {
            return sent;
        }
        for (int at = URL.length; at < Math.min(sent.length, URL_HEAD_BYTES_MAX); at++) {
            if (sent[at] == ',') {
                return Arrays.copyOfRange(sent, at + 1, sent.length);
            }
        }
        return sent;
    }

    /** People break lines, and have two alphabets. */
    private static Base64.Decoder decoder(byte[] letters) {
        for (byte letter : letters) {
            if (letter == '-' || letter == '_') {
                return Base64.getUrlDecoder();
            }
        }
        return Base64.getMimeDecoder();
    }
}

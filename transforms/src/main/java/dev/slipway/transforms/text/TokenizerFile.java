package dev.slipway.transforms.text;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a tokenizer.json says of padding, which is done here: whole requests are padded, not texts.
 *
 * @param text the whole file
 * @param padId what stands where a row has no token
 * @param padTypeId of which text that is said to be
 * @param padsLeft whether rows are padded before their first token
 */
record TokenizerFile(String text, long padId, long padTypeId, boolean padsLeft) {
    private static final long BYTES_MAX = 64L << 20;
    private static final Set<String> PAD_TOKENS = Set.of("[PAD]", "<pad>", "<PAD>", "<|pad|>");

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when it is no JSON object, too large, or can't be read */
    static TokenizerFile read(Path path) {
        try {
            long bytes = Files.size(path);
            if (bytes > BYTES_MAX) {
                throw unfit(path, "has %d bytes (expected: at most %d)".formatted(bytes, BYTES_MAX));
            }
            return parse(Files.readString(path, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unfit(path, "can't be read: " + e);
        } catch (SlipwayException e) {
            throw e.code() == ErrorCode.FAILED_PRECONDITION ? e : unfit(path, "is broken: " + e.getMessage());
        }
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it is no JSON object */
    static TokenizerFile parse(String text) {
        JsonReader in = new JsonReader(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        TokenizerFile padding = null;
        long padToken = 0;
        in.beginObject();
        while (in.nextName()) {
            switch (in.name()) {
                case "padding" -> padding = in.skipNull() ? null : padding(in, text);
                case "added_tokens" -> padToken = padToken(in);
                default -> in.skipValue();
            }
        }
        in.endDocument();
        return padding == null ? new TokenizerFile(text, padToken, 0, false) : padding;
    }

    private static TokenizerFile padding(JsonReader in, String text) {
        long id = 0;
        long typeId = 0;
        boolean isLeft = false;
        in.beginObject();
        while (in.nextName()) {
            switch (in.name()) {
                case "pad_id" -> id = in.wholeNumber();
                case "pad_type_id" -> typeId = in.wholeNumber();
                case "direction" -> isLeft = in.string().equals("Left");
                default -> in.skipValue();
            }
        }
        return new TokenizerFile(text, id, typeId, isLeft);
    }

    private static long padToken(JsonReader in) {
        long found = 0;
        in.beginArray();
        while (in.nextElement()) {
            long id = 0;
            String content = "";
            in.beginObject();
            while (in.nextName()) {
                switch (in.name()) {
                    case "id" -> id = in.wholeNumber();
                    case "content" -> content = in.string();
                    default -> in.skipValue();
                }
            }
            found = PAD_TOKENS.contains(content) ? id : found;
        }
        return found;
    }

    static SlipwayException unfit(Path path, String problem) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION, "tokenizer: file '%s' %s".formatted(path.getFileName(), problem));
    }
}

package dev.slipway.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Walks through an answer of the server's. Keys that nobody asks for can be skipped: a newer server may send them. */
final class JsonCursor {
    private final JsonParser parser;

    private JsonCursor(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads a value, with the cursor on its first token, and leaves the cursor on its last. */
    @FunctionalInterface
    interface Reader<T> {
        T read(JsonCursor cursor) throws IOException;
    }

    /** Takes the value of a key, with the cursor on its first token, and leaves the cursor on its last. */
    @FunctionalInterface
    interface Field {
        void read(String key) throws IOException;
    }

    /**
     * What {@code reader} makes of {@code json}.
     *
     * @param subject what errors call the answer
     * @throws SlipwayException {@code DATA_LOSS} when it is no such answer
     */
    static <T> T parse(String subject, String json, Reader<T> reader) {
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            return reader.read(new JsonCursor(parser));
        } catch (JsonProcessingException e) {
            throw unexpected(subject, Json.problem(e), e);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw unexpected(subject, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SlipwayException unexpected(String subject, String problem, Exception cause) {
        return new SlipwayException(ErrorCode.DATA_LOSS, "%s can't be read: %s".formatted(subject, problem), cause);
    }

    /** Has {@code field} called for each key of the object. */
    void object(Field field) throws IOException {
        expect(JsonToken.START_OBJECT);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            field.read(key);
        }
    }

    /** Has {@code element} called for each element of the array. */
    void array(Reader<?> element) throws IOException {
        expect(JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read(this);
        }
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    @Nullable
    String textOrNull() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : text();
    }

    String text() throws IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            throw found(token, "text or a whole number");
        }
        return parser.getText();
    }

    long number() throws IOException {
        return Long.parseLong(text());
    }

    private void expect(JsonToken token) {
        if (parser.currentToken() != token) {
            throw found(parser.currentToken(), token.toString());
        }
    }

    private IllegalArgumentException found(@Nullable JsonToken token, String expected) {
        return new IllegalArgumentException(
                "'%s' is %s (expected: %s)".formatted(parser.getParsingContext().pathAsPointer(), token, expected));
    }
}

package dev.slipway.server.warmup;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Finds where the objects of a JSON document begin and end; whether each is sound is for its reader to say. */
final class JsonBodies {
    private final byte[] json;
    private final int countMax;
    private final List<Body> found = new ArrayList<>();
    private int line = 1;
    private boolean isArray;
    private boolean isArrayClosed;
    private boolean needsComma;

    private JsonBodies(byte[] json, int countMax) {
        this.json = json;
        this.countMax = countMax;
    }

    /**
     * An object.
     *
     * @param line that it begins in, from 1
     * @param json its bytes
     */
    record Body(int line, ByteBuffer json) {}

    /**
     * The objects that {@code json} holds: one, several with white space between them, or those of an array.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when there is something else, or more than {@code countMax}
     */
    static List<Body> split(byte[] json, int countMax) {
        return new JsonBodies(json, countMax).split();
    }

    private List<Body> split() {
        int at = 0;
        while (at < json.length) {
            byte next = json[at];
            if (next == '{' && !isArrayClosed && !(isArray && needsComma)) {
                at = object(at);
            } else {
                delimiter(next);
                at++;
            }
        }
        if (isArray && !isArrayClosed) {
            throw wrong("the end", "']'");
        }
        return found;
    }

    private void delimiter(byte next) {
        if (next == '\n') {
            line++;
        } else if (next == '[' && !isArray && found.isEmpty()) {
            isArray = true;
        } else if (next == ']' && isArray && !isArrayClosed && (needsComma || found.isEmpty())) {
            isArrayClosed = true;
        } else if (next == ',' && isArray && needsComma) {
            needsComma = false;
        } else if (next != ' ' && next != '\r' && next != '\t') {
            throw wrong("'%c'".formatted((char) (next & 0xff)), isArrayClosed ? "nothing more" : "'{'");
        }
    }

    /** Takes the object that begins at {@code from}; answers where it ends. */
    private int object(int from) {
        int first = line;
        int depth = 0;
        boolean isText = false;
        for (int at = from; at < json.length; at++) {
            byte next = json[at];
            if (next == '\n') {
                line++;
            } else if (isText && next == '\\') {
                at++;
            } else if (next == '"') {
                isText = !isText;
            } else if (!isText && (next == '{' || next == '[')) {
                depth++;
            } else if (!isText && (next == '}' || next == ']') && --depth == 0) {
                add(first, from, at + 1);
                return at + 1;
            }
        }
        throw wrong("the end", "the end of the object of line " + first);
    }

    private void add(int first, int from, int to) {
        if (found.size() == countMax) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "line %d: one request too many (expected: at most %d)".formatted(first, countMax));
        }
        found.add(new Body(first, ByteBuffer.wrap(json, from, to - from)));
        needsComma = true;
    }

    private SlipwayException wrong(String what, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "line %d: %s (expected: %s)".formatted(line, what, expected));
    }
}

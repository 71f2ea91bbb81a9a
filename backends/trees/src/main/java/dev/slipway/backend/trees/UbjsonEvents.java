package dev.slipway.backend.trees;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Universal Binary JSON, as XGBoost writes it.
 *
 * @see <a href="https://ubjson.org/type-reference/">UBJSON: types</a>
 */
final class UbjsonEvents implements Events {
    private static final int DEPTH_MAX = 64;

    private final FileBytes bytes;
    private final Deque<Container> containers = new ArrayDeque<>();

    UbjsonEvents(FileBytes bytes) {
        this.bytes = bytes;
    }

    /** An object or array that is being read. */
    private static final class Container {
        /** Of all elements; 0 where each has its own. */
        final int type;
        /** Elements to come; -1 where an end is marked. */
        long left;

        Container(int type, long left) {
            this.type = type;
            this.left = left;
        }
    }

    @Override
    public FileBytes bytes() {
        return bytes;
    }

    /** The type of the value that comes next, which stays. */
    private int type() {
        Container container = containers.peek();
        return container != null && container.type != 0 ? container.type : bytes.peek();
    }

    /** Moves behind the type. */
    private int take() {
        Container container = containers.peek();
        return container != null && container.type != 0 ? container.type : bytes.next();
    }

    @Override
    public Kind peek() {
        return switch (type()) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case 'S', 'C' -> Kind.TEXT;
            case 'T', 'F', 'Z' -> Kind.WORD;
            default -> Kind.NUMBER;
        };
    }

    @Override
    public void beginObject() {
        begin('{');
    }

    @Override
    public void beginArray() {
        begin('[');
    }

    private void begin(int bracket) {
        int type = take();
        if (type != bracket) {
            throw bytes.broken("type %d".formatted(type), "'" + (char) bracket + "'");
        } else if (containers.size() == DEPTH_MAX) {
            throw bytes.broken("more than %d levels".formatted(DEPTH_MAX), "at most that");
        }
        int elements = 0;
        if (bytes.peek() == '$') {
            bytes.next();
            elements = bytes.next();
            if (bytes.peek() != '#' || "TFZN".indexOf(elements) >= 0) {
                throw bytes.broken("a list of type %d without a size".formatted(elements), "numbers, and their count");
            }
        }
        long left = -1;
        if (bytes.peek() == '#') {
            bytes.next();
            left = bytes.count(whole(bytes.next()), 1, "elements");
        }
        containers.push(new Container(elements, left));
    }

    @Override
    public @Nullable String nextName() {
        return next('}') ? bytes.text(whole(bytes.next())) : null;
    }

    @Override
    public boolean nextElement() {
        return next(']');
    }

    private boolean next(int bracket) {
        Container container = containers.element();
        boolean isEnd = container.left == 0;
        if (container.left < 0 && bytes.peek() == bracket) {
            bytes.next();
            isEnd = true;
        }
        if (isEnd) {
            containers.pop();
            return false;
        }
        container.left = Math.max(-1, container.left - 1);
        return true;
    }

    @Override
    public String text() {
        int type = take();
        if (type == 'C') {
            return bytes.text(1);
        } else if (type != 'S') {
            throw bytes.broken("type %d".formatted(type), "text");
        }
        return bytes.text(whole(bytes.next()));
    }

    @Override
    public float single() {
        int type = take();
        return type == 'd' ? Float.intBitsToFloat(Integer.reverseBytes(bytes.int32())) : (float) number(type);
    }

    @Override
    public double number() {
        return number(take());
    }

    private double number(int type) {
        return switch (type) {
            case 'd' -> Float.intBitsToFloat(Integer.reverseBytes(bytes.int32()));
            case 'D' -> Double.longBitsToDouble(Long.reverseBytes(bytes.int64()));
            case 'T' -> 1;
            case 'F' -> 0;
            default -> whole(type);
        };
    }

    private long whole(int type) {
        return switch (type) {
            case 'i' -> (byte) bytes.next();
            case 'U' -> bytes.next();
            case 'I' -> (short) (bytes.next() << 8 | bytes.next());
            case 'l' -> Integer.reverseBytes(bytes.int32());
            case 'L' -> Long.reverseBytes(bytes.int64());
            default -> throw bytes.broken("type %d".formatted(type), "a number");
        };
    }

    @Override
    public void skip() {
        switch (peek()) {
            case OBJECT -> {
                beginObject();
                while (nextName() != null) {
                    skip();
                }
            }
            case ARRAY -> {
                beginArray();
                while (nextElement()) {
                    skip();
                }
            }
            case TEXT -> text();
            case WORD -> take();
            case NUMBER -> number();
        }
    }

    @Override
    public void end() {
        if (bytes.peek() >= 0) {
            throw bytes.broken("%d bytes behind the document".formatted(bytes.remaining()), "the end of the file");
        }
    }
}

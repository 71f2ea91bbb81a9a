package dev.slipway.backend.trees;

import dev.slipway.api.SlipwayException;
import org.jspecify.annotations.Nullable;

/**
 * A document of objects, arrays and values, read from first to last. Every method throws {@link SlipwayException} {@code
 * INVALID_ARGUMENT} where the document is broken, or has something else at this point.
 */
interface Events {
    /** What a value is. */
    enum Kind {
        OBJECT,
        ARRAY,
        TEXT,
        NUMBER,
        /** True, false or null. */
        WORD
    }

    /** What comes next. */
    Kind peek();

    void beginObject();

    /** The name of the next member; null at the end of the object, which is then left. */
    @Nullable
    String nextName();

    void beginArray();

    /** Whether there is another element; if not, the array is left. */
    boolean nextElement();

    String text();

    /** A number, or true or false as 1 and 0; rounded to float32 from what the document has, once. */
    float single();

    /** A number, or true or false as 1 and 0. */
    double number();

    void skip();

    /** Nothing but space may follow. */
    void end();

    FileBytes bytes();
}

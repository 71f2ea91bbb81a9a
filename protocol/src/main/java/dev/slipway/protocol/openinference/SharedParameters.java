package dev.slipway.protocol.openinference;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.slipway.protocol.json.JsonReader;
import org.jspecify.annotations.Nullable;

/** Reads the parameters that say where in shared memory a tensor lies, in any order and among others. */
final class SharedParameters {
    private static final byte[] REGION = SharedPlace.REGION.getBytes(US_ASCII);
    private static final byte[] OFFSET = SharedPlace.OFFSET.getBytes(US_ASCII);
    private static final byte[] BYTE_SIZE = SharedPlace.BYTE_SIZE.getBytes(US_ASCII);

    private final JsonReader in;
    private @Nullable String region;
    private @Nullable Long offset;
    private @Nullable Long byteSize;

    SharedParameters(JsonReader in) {
        this.in = in;
    }

    void clear() {
        region = null;
        offset = null;
        byteSize = null;
    }

    /** Reads the value of the key that was read last, if it is one of these; answers whether it was. */
    boolean readKey() {
        if (in.nameIs(REGION)) {
            region = in.string();
        } else if (in.nameIs(OFFSET)) {
            offset = in.wholeNumber();
        } else if (in.nameIs(BYTE_SIZE)) {
            byteSize = in.wholeNumber();
        } else {
            return false;
        }
        return true;
    }

    /** @param use {@code input} or {@code output} */
    @Nullable
    SharedPlace place(String use, String name) {
        return SharedPlace.of(use, name, region, offset, byteSize);
    }
}

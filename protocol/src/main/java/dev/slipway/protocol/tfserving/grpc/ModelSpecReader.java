package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.wire.WireReader;

/** Reads ModelSpec: which model, version and signature a request is for. Of a field that comes twice the last counts. */
final class ModelSpecReader {
    private static final int NAME = WireReader.tag(1, WireReader.BYTES);
    private static final int VERSION = WireReader.tag(2, WireReader.BYTES);
    private static final int SIGNATURE_NAME = WireReader.tag(3, WireReader.BYTES);
    private static final int VERSION_LABEL = WireReader.tag(4, WireReader.BYTES);
    private static final int KNOWN = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4;

    /** Bounds the time that it takes to find out whom a request is for. */
    private static final int BYTES_MAX = WireReader.TEXT_BYTES_MAX;

    private static final int WRAPPED_VALUE = WireReader.tag(1, WireReader.VARINT);

    private boolean found;
    private String name = "";
    private String signature = "";
    private VersionChoice version = VersionChoice.LATEST;

    /**
     * Reads a field that holds a ModelSpec.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is the second, which a reader of the first alone would
     *     miss, or too long
     */
    void read(WireReader reader) {
        int at = reader.offset();
        int outer = reader.enter();
        if (found || reader.remaining() > BYTES_MAX) {
            throw reader.malformedAt(
                    at,
                    found ? "a second model_spec" : "a model_spec of %d bytes".formatted(reader.remaining()),
                    found ? "one" : "at most %d".formatted(BYTES_MAX));
        }
        found = true;
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == NAME) {
                name = reader.readString();
            } else if (tag == VERSION) {
                version = readVersion(reader);
            } else if (tag == SIGNATURE_NAME) {
                signature = reader.readString();
            } else if (tag == VERSION_LABEL) {
                version = new VersionChoice.Label(reader.readString());
            } else {
                reader.skipUnknown(tag, KNOWN);
            }
        }
        reader.leave(outer);
    }

    private VersionChoice readVersion(WireReader reader) {
        long number = version instanceof VersionChoice.Exact before ? before.version() : 0;
        int outer = reader.enter();
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == WRAPPED_VALUE) {
                number = reader.readVarint();
            } else {
                reader.skipUnknown(tag, 1 << 1);
            }
        }
        reader.leave(outer);
        return new VersionChoice.Exact(number);
    }

    /** Whether a ModelSpec was read. */
    boolean found() {
        return found;
    }

    /** The model's name, empty when there is none. */
    String name() {
        return name;
    }

    /**
     * @param message which the ModelSpec is of
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it names no model
     */
    Target target(String message) {
        if (name.isEmpty()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s has an empty model_spec.name (expected: a model's name)".formatted(message));
        }
        return new Target(name, version, signature);
    }

    /** What it says, whether it names a model or not. */
    Target recordedTarget() {
        return new Target(name, version, signature);
    }
}

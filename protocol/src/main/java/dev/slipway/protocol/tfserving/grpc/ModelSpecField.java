package dev.slipway.protocol.tfserving.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.ServableId;
import dev.slipway.protocol.wire.WireWriter;

/** A ModelSpec of an answer, measured: the version that answered, and by which signature. */
final class ModelSpecField {
    private static final int NAME = 1;
    private static final int VERSION = 2;
    private static final int SIGNATURE_NAME = 3;
    private static final int WRAPPED_VALUE = 1;

    private final byte[] name;
    private final byte[] signature;
    private final long version;
    private final int versionSize;
    private final long size;

    /** @param signature not empty */
    ModelSpecField(ServableId model, String signature) {
        this.name = model.model().getBytes(UTF_8);
        this.signature = signature.getBytes(UTF_8);
        this.version = model.version();
        this.versionSize = WireWriter.varintFieldSize(WRAPPED_VALUE, version);
        this.size = WireWriter.fieldSize(NAME, name.length)
                + WireWriter.fieldSize(VERSION, versionSize)
                + WireWriter.fieldSize(SIGNATURE_NAME, this.signature.length);
    }

    /** Bytes of the whole field. */
    long size(int field) {
        return WireWriter.fieldSize(field, size);
    }

    void write(int field, WireWriter writer) {
        writer.header(field, size);
        writer.bytesField(NAME, name);
        writer.header(VERSION, versionSize);
        writer.varintField(WRAPPED_VALUE, version);
        writer.bytesField(SIGNATURE_NAME, signature);
    }
}

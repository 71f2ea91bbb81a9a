package dev.slipway.protocol.tfserving.example;

import dev.slipway.protocol.wire.WireReader;

/** Reads the message Feature: a list of bytes, of floats or of int64. */
final class WireFeature {
    private static final int KNOWN = 1 << 1 | 1 << 2 | 1 << 3;
    private static final int BYTES_LIST = 1;
    private static final int FLOAT_LIST = 2;
    private static final int VALUE = 1;
    private static final int VALUE_BYTES = WireReader.tag(VALUE, WireReader.BYTES);
    private static final int VALUE_FIXED32 = WireReader.tag(VALUE, WireReader.FIXED32);
    private static final int VALUE_VARINT = WireReader.tag(VALUE, WireReader.VARINT);

    private WireFeature() {}

    /** Hands the values to {@code column}. */
    static void read(WireReader feature, FeatureColumn column) {
        int kind = 0;
        while (feature.hasMore()) {
            int at = feature.offset();
            int tag = feature.readTag();
            int field = WireReader.field(tag);
            if (field > 3 || (tag & 7) != WireReader.BYTES) {
                feature.skipUnknown(tag, KNOWN);
                continue;
            }
            if (kind != 0 && kind != field) {
                throw feature.malformedAt(
                        at, "feature '%s' with two kinds of lists".formatted(column.name()), "one kind");
            }
            kind = field;
            int outer = feature.enter();
            while (feature.hasMore()) {
                readValue(feature, kind, column);
            }
            feature.leave(outer);
        }
    }

    private static void readValue(WireReader list, int kind, FeatureColumn column) {
        int tag = list.readTag();
        if (kind == BYTES_LIST && tag == VALUE_BYTES) {
            int length = list.readLength();
            byte[] bytes = new byte[length];
            list.readBytes(bytes, 0, length);
            column.bytes(bytes, 0, length);
        } else if (kind == FLOAT_LIST && tag == VALUE_FIXED32) {
            column.float32(Float.intBitsToFloat(list.readFixed32()));
        } else if (kind > FLOAT_LIST && tag == VALUE_VARINT) {
            column.int64(list.readVarint());
        } else if (kind > BYTES_LIST && tag == VALUE_BYTES) {
            int outer = list.enter();
            while (list.hasMore()) {
                if (kind == FLOAT_LIST) {
                    column.float32(Float.intBitsToFloat(list.readFixed32()));
                } else {
                    column.int64(list.readVarint());
                }
            }
            list.leave(outer);
        } else {
            list.skipUnknown(tag, 1 << VALUE);
        }
    }
}

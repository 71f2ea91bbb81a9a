package dev.slipway.protocol.openinference;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.proto.inference.Ignored;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Prints a message as Triton prints those of its extensions: fields under their own names, what is not set as zero, empty
 * text or an empty list, 64-bit numbers as numbers; messages and choices only where they are set.
 */
public final class ProtoJson {
    private ProtoJson() {}

    /** The whole message, UTF-8. */
    public static ByteBuffer write(Message message) {
        JsonWriter out = new JsonWriter(1024);
        write(message, out);
        return out.toByteBuffer();
    }

    private static void write(MessageOrBuilder message, JsonWriter out) {
        out.beginObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (isShown(message, field)) {
                out.name(field.getName());
                writeField(message, field, out);
            }
        }
        out.endObject();
    }

    private static boolean isShown(MessageOrBuilder message, FieldDescriptor field) {
        if (field.isRepeated()) {
            return true;
        }
        boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        if (isMessage && isIgnored(field)) {
            return false;
        }
        boolean canBeAbsent = isMessage || field.getRealContainingOneof() != null;
        return !canBeAbsent || message.hasField(field);
    }

    /** Whether nothing is known of what is in it. */
    private static boolean isIgnored(FieldDescriptor field) {
        return field.getMessageType().equals(Ignored.getDescriptor());
    }

    private static void writeField(MessageOrBuilder message, FieldDescriptor field, JsonWriter out) {
        if (!field.isRepeated()) {
            writeValue(field, message.getField(field), out);
            return;
        }
        List<?> values = (List<?>) message.getField(field);
        if (field.isMapField()) {
            out.beginObject();
            FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
            FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
            for (Object entry : values) {
                MessageOrBuilder pair = (MessageOrBuilder) entry;
                out.name(String.valueOf(pair.getField(key)));
                writeValue(value, pair.getField(value), out);
            }
            out.endObject();
            return;
        }
        out.beginArray();
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || !isIgnored(field)) {
            values.forEach(value -> writeValue(field, value, out));
        }
        out.endArray();
    }

    private static void writeValue(FieldDescriptor field, Object value, JsonWriter out) {
        switch (field.getType()) {
            case MESSAGE -> write((MessageOrBuilder) value, out);
            case ENUM -> out.string(((EnumValueDescriptor) value).getName());
            case STRING -> out.string((String) value);
            case BOOL -> out.bool((Boolean) value);
            case UINT64 -> out.unsigned((Long) value);
            case INT64 -> out.number(((Long) value).longValue());
            case INT32 -> out.number(((Integer) value).longValue());
            case UINT32 -> out.number(Integer.toUnsignedLong((Integer) value));
            default ->
                throw new IllegalArgumentException("field %s of type %s (expected: one that these messages have)"
                        .formatted(field.getFullName(), field.getType()));
        }
    }
}

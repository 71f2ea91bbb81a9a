package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Raw little-endian elements as JSON values. */
final class TensorBytes {
    private TensorBytes() {}

    /** @param datatype V2's word; of one that is not known, and of bytes that don't go up, nothing is decoded */
    static ArrayNode decode(String datatype, byte[] raw) {
        ArrayNode data = Vectors.JSON.createArrayNode();
        ByteBuffer rest = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        int width = width(datatype);
        while (width > 0 && rest.remaining() >= width) {
            switch (datatype) {
                case "BOOL" -> data.add(rest.get() != 0);
                case "UINT8" -> data.add(rest.get() & 0xFF);
                case "INT8" -> data.add(rest.get());
                case "UINT16" -> data.add(rest.getShort() & 0xFFFF);
                case "INT16" -> data.add(rest.getShort());
                case "UINT32" -> data.add(Integer.toUnsignedLong(rest.getInt()));
                case "INT32" -> data.add(rest.getInt());
                case "UINT64" -> data.add(unsigned(rest.getLong()));
                case "INT64" -> data.add(rest.getLong());
                case "FP16" -> data.add(half(rest.getShort()));
                case "BF16" -> data.add(Float.intBitsToFloat(rest.getShort() << 16));
                case "FP32" -> data.add(rest.getFloat());
                case "FP64" -> data.add(rest.getDouble());
                default -> {
                    int length = rest.getInt();
                    byte[] element = new byte[Math.max(0, Math.min(length, rest.remaining()))];
                    rest.get(element);
                    data.add(text(element));
                }
            }
        }
        return data;
    }

    /** Bytes of an element, for BYTES of its length; 0 where the word is not known. */
    private static int width(String datatype) {
        return switch (datatype) {
            case "BOOL", "UINT8", "INT8" -> 1;
            case "UINT16", "INT16", "FP16", "BF16" -> 2;
            case "UINT32", "INT32", "FP32", "BYTES" -> 4;
            case "UINT64", "INT64", "FP64" -> 8;
            default -> 0;
        };
    }

    static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    /** IEEE 754 binary16. */
    static float half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        float size;
        if (exponent == 0x1F) {
            size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            size = Math.scalb((float) fraction, -24);
        } else {
            size = Math.scalb((float) (fraction | 0x400), exponent - 25);
        }
        return bits < 0 ? -size : size;
    }

    static String text(byte[] element) {
        return new String(element, StandardCharsets.UTF_8);
    }

    /** A number that protobuf's JSON may have as text. */
    static JsonNode number(JsonNode value) {
        if (!value.isTextual()) {
            return value;
        }
        return switch (value.asText()) {
            case "NaN", "Infinity", "-Infinity" ->
                Vectors.JSON.getNodeFactory().numberNode(Double.parseDouble(value.asText()));
            default -> Vectors.JSON.getNodeFactory().numberNode(new BigInteger(value.asText()));
        };
    }
}

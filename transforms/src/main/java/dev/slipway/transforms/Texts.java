package dev.slipway.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/** Makes STRING tensors, and reads them. */
public final class Texts {
    private Texts() {}

    /** A tensor of as many texts as {@code shape} has elements. */
    public static Tensor tensor(Shape shape, List<String> texts) {
        List<byte[]> elements = new ArrayList<>(texts.size());
        long bytes = 0;
        for (String text : texts) {
            byte[] element = text.getBytes(UTF_8);
            elements.add(element);
            bytes += Integer.BYTES + element.length;
        }
        if (elements.size() != shape.elementCount()) {
            throw new IllegalArgumentException(
                    "%d texts (expected: as many as shape %s has elements)".formatted(elements.size(), shape));
        }
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "texts of shape %s take %d bytes (expected: below 2 GiB)".formatted(shape, bytes));
        }
        ByteBuffer data = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        elements.forEach(element -> data.putInt(element.length).put(element));
        return new Tensor(DType.STRING, shape, data.flip());
    }

    /** The elements' bytes, in order: views. */
    public static List<ByteBuffer> bytes(String input, Tensor tensor) {
        ByteBuffer data = tensor.data();
        List<ByteBuffer> elements = new ArrayList<>();
        while (data.remaining() >= Integer.BYTES) {
            int length = data.getInt();
            if (length < 0 || length > data.remaining()) {
                break;
            }
            elements.add(data.slice(data.position(), length));
            data.position(data.position() + length);
        }
        if (data.hasRemaining() || elements.size() != tensor.elementCount()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "input '%s' has %d texts and %d bytes left (expected: %d texts)"
                            .formatted(input, elements.size(), data.remaining(), tensor.elementCount()));
        }
        return elements;
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} for bytes that are not UTF-8, naming input and row */
    public static String text(String input, long row, ByteBuffer bytes) {
        try {
            return UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "input '%s', row %d: not text (expected: UTF-8)".formatted(input, row),
                    e);
        }
    }
}

package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Copies outputs out of the runtime's memory, whatever their type. */
final class OutputReader {
    private final Conversions conversions;

    OutputReader(Conversions conversions) {
        this.conversions = conversions;
    }

    /**
     * Reads one output, which stays the caller's to close.
     *
     * @param isTextOdd whether text that the Java API misreads may have come in
     * @param outputs where its tensors are put
     * @return the shape of what the session gave, where that is one tensor; null otherwise
     */
    @Nullable
    Shape read(Output output, OnnxValue value, boolean isTextOdd, Map<String, Tensor> outputs) throws OrtException {
        Port port = output.port();
        if (value instanceof OnnxTensor tensor) {
            Tensor copy = tensor(port, port.name(), tensor, isTextOdd);
            ZipMap zipMap = output.zipMap();
            outputs.put(output.name(), zipMap == null ? copy : zipMap.maps(copy));
            return copy.shape();
        } else if (value instanceof OnnxMap map) {
            outputs.put(port.name(), maps(List.of(map), Shape.SCALAR));
            return null;
        } else if (value instanceof OnnxSequence sequence) {
            List<? extends OnnxValue> elements = OrtRuntime.counted(sequence.getValue());
            try {
                sequence(port, elements, isTextOdd, outputs);
            } finally {
                elements.forEach(OrtRuntime::close);
            }
            return null;
        }
        throw unexpected(port, value.getInfo().toString());
    }

    private void sequence(Port port, List<? extends OnnxValue> elements, boolean isTextOdd, Map<String, Tensor> outputs)
            throws OrtException {
        if (!port.spec().sequence()) {
            outputs.put(port.name(), maps(elements, Shape.of(elements.size())));
            return;
        }
        for (int i = 0; i < elements.size(); i++) {
            String name = port.name() + "/" + i;
            if (!(elements.get(i) instanceof OnnxTensor tensor)) {
                throw unexpected(port, elements.get(i).getInfo().toString());
            }
            outputs.put(name, tensor(port, name, tensor, isTextOdd));
        }
    }

    private Tensor tensor(Port port, String name, OnnxTensor tensor, boolean isTextOdd) throws OrtException {
        Shape shape = Shape.of(tensor.getInfo().getShape());
        DType dtype = port.spec().dtype();
        if (shape.elementCount() == 0) {
            return new Tensor(dtype, shape, ByteBuffer.allocate(0));
        } else if (dtype == DType.STRING) {
            return strings(name, tensor, shape, isTextOdd);
        }
        if (shape.elementCount() > Integer.MAX_VALUE / dtype.byteSize()) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "output '%s' is %s%s (expected: less than 2 GiB)".formatted(name, dtype, shape));
        }
        ByteBuffer copy = tensor.getByteBuffer();
        if (copy.remaining() != shape.elementCount() * dtype.byteSize()) {
            throw unexpected(port, tensor.getInfo().toString());
        }
        return new Tensor(dtype, shape, copy);
    }

    private Tensor strings(String name, OnnxTensor tensor, Shape shape, boolean isTextOdd) throws OrtException {
        Object value = tensor.getValue();
        String[] elements = value instanceof String scalar ? new String[] {scalar} : OrtUtil.flattenString(value);
        boolean isOdd = isTextOdd;
        for (int i = 0; !isOdd && i < elements.length; i++) {
            isOdd = isMaybeMisread(elements[i]);
        }
        if (isOdd && !conversions.isPlain(tensor)) {
            throw Conversions.unreadable(name);
        }
        return Strings.pack(elements, shape);
    }

    /** JNI takes the first byte of a character beyond U+FFFF for one of these. */
    private static boolean isMaybeMisread(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ((text.charAt(i) & ~7) == 0xF0) {
                return true;
            }
        }
        return false;
    }

    /** Maps in the layout of {@link DType#MAP}, the keys in ascending order. */
    private static Tensor maps(List<? extends OnnxValue> maps, Shape shape) throws OrtException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (OnnxValue value : maps) {
            Map<Object, Object> entries = new TreeMap<>((Map<?, ?>) value.getValue());
            bytes.writeBytes(word.putInt(0, entries.size()).array());
            for (Map.Entry<Object, Object> entry : entries.entrySet()) {
                byte[] key = entry.getKey().toString().getBytes(StandardCharsets.UTF_8);
                bytes.writeBytes(word.putInt(0, key.length).array());
                bytes.writeBytes(key);
                bytes.writeBytes(word.putFloat(0, ((Number) entry.getValue()).floatValue())
                        .array());
            }
        }
        return new Tensor(DType.MAP, shape, ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static SlipwayException unexpected(Port port, String found) {
        return new SlipwayException(
                INTERNAL, "output '%s' came as %s (expected: %s)".formatted(port.name(), found, port.type()));
    }
}

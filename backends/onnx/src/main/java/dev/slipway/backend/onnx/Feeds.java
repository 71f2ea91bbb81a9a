package dev.slipway.backend.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Feeds the inputs of one run. Numbers are copied once, or not at all when they are many and lie in direct memory. */
final class Feeds {
    /** From here on a tensor over the caller's memory costs less than a copy. */
    private static final int BORROW_BYTES_MIN = 32 << 10;

    private final OrtRuntime runtime;
    private final Conversions conversions;
    private final List<Port> ports;
    private final Cells cells;
    /** What lives for one run only, the latest first. */
    private final Deque<Runnable> closers = new ArrayDeque<>();

    private boolean hasOddText;

    Feeds(OnnxModel model, Cells cells) {
        this.runtime = model.runtime();
        this.conversions = model.conversions();
        this.ports = model.checked().inputs();
        this.cells = cells;
    }

    /** Takes the inputs of a run, in the ports' order; {@link #release} must follow, whatever happens. */
    void set(Binding binding, Tensor[] inputs) throws OrtException {
        hasOddText = false;
        for (int i = 0; i < inputs.length; i++) {
            binding.feed(i, value(i, binding, inputs[i]));
        }
    }

    /** Whether some of the text could be misread if the model passed it on. */
    boolean hasOddText() {
        return hasOddText;
    }

    void release() {
        for (Runnable closer = closers.poll(); closer != null; closer = closers.poll()) {
            closer.run();
        }
    }

    private OnnxTensorLike value(int index, Binding binding, Tensor input) throws OrtException {
        Port port = ports.get(index);
        ElementType element = port.type().element();
        if (element == ElementType.STRING) {
            return strings(port.name(), input);
        }
        OnnxJavaType direct = element.direct();
        ByteBuffer data = input.data();
        boolean isBorrowed = direct != null
                && data.isDirect()
                && data.remaining() >= BORROW_BYTES_MIN
                && data.alignmentOffset(0, input.dtype().byteSize()) == 0;
        if (isBorrowed && direct != null) {
            OnnxTensor borrowed = runtime.tensor(data, input.shape().dims(), direct);
            closers.push(() -> OrtRuntime.close(borrowed));
            return borrowed;
        }
        OnnxTensor own = binding.own(index);
        cells.input(index).write(data);
        return direct == null ? only(conversions.cast(own, element)) : own;
    }

    private OnnxTensorLike only(OrtSession.Result result) {
        closers.push(() -> OrtRuntime.close(result));
        return (OnnxTensorLike) result.get(0);
    }

    private OnnxTensorLike strings(String name, Tensor input) throws OrtException {
        byte[][] elements = Strings.unpack(name, input);
        String[] texts = new String[elements.length];
        boolean isPlain = true;
        for (int i = 0; i < texts.length; i++) {
            texts[i] = new String(elements[i], StandardCharsets.UTF_8);
            isPlain &= isPlain(texts[i]);
        }
        long[] shape = input.shape().dims();
        if (isPlain) {
            OnnxTensor tensor = runtime.strings(texts, shape);
            closers.push(() -> OrtRuntime.close(tensor));
            return tensor;
        }
        hasOddText = true;
        OrtSession constant = conversions.constant(elements, shape);
        closers.push(() -> Conversions.close(constant));
        return only(runtime.run(constant, Map.of(), Set.of("y"), Map.of(), null));
    }

    /** Whether JNI's own encoding of the text is UTF-8, and its bytes were UTF-8. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c) || c == '\uFFFD') {
                return false;
            }
        }
        return true;
    }
}

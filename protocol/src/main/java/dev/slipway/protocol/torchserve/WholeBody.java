package dev.slipway.protocol.torchserve;

import dev.slipway.api.DType;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The convention of models that read bodies themselves, as handlers do: an input {@code body} of bytes and an optional one
 * {@code content_type} are given the request's, whatever these are; of outputs, text in {@code content_type} says what the
 * only other one is.
 */
final class WholeBody {
    static final String BODY = "body";
    static final String CONTENT_TYPE = "content_type";

    private WholeBody() {}

    /** Whether a model of that signature is given the body as it is, and its type. */
    static boolean isWanted(Signature signature) {
        return signature.inputs().size() == 2
                && signature.input(BODY).filter(WholeBody::isText).isPresent()
                && signature
                        .input(CONTENT_TYPE)
                        .filter(spec -> isText(spec) && spec.optional())
                        .isPresent();
    }

    private static boolean isText(TensorSpec spec) {
        return spec.dtype() == DType.STRING;
    }

    static Prediction read(Signature signature, String contentType, ByteBuffer body) {
        InputRow row = new InputRow(signature);
        for (TensorSpec spec : signature.inputs()) {
            row.bytes(
                    spec,
                    spec.name().equals(BODY) ? body : ByteBuffer.wrap(contentType.getBytes(StandardCharsets.UTF_8)));
        }
        return row.prediction();
    }

    /** The type of the only other output, a single element; null where none is said. */
    static @Nullable String contentType(Map<String, Tensor> outputs) {
        Tensor type = outputs.size() == 2 ? outputs.get(CONTENT_TYPE) : null;
        if (type == null || type.dtype() != DType.STRING || type.elementCount() != 1) {
            return null;
        }
        byte[] text = new byte[type.data().getInt()];
        type.data().position(Integer.BYTES).get(text);
        String said = new String(text, StandardCharsets.UTF_8);
        // It becomes a header.
        return said.chars().allMatch(letter -> letter >= ' ' && letter < 0x7f) ? said : "";
    }
}

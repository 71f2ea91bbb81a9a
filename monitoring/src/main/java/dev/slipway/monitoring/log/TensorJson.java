package dev.slipway.monitoring.log;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.MapText;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.json.NarrowFloat;
import dev.slipway.protocol.json.TensorPrinter;
import dev.slipway.protocol.json.Utf8;
import dev.slipway.protocol.openinference.Datatypes;
import java.nio.ByteBuffer;

/**
 * Tensors as the Open Inference Protocol's JSON has them: name, datatype, shape, and data in one flat array. What JSON has no
 * number for goes as the string {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}, and bytes that are no text as {@code
 * {"b64": "..."}}, so that every reader of JSON can read it. What is left out keeps its shape: strings are {@code [redacted]},
 * numbers 0, and the tensor's parameter {@code redacted} is true.
 */
final class TensorJson {
    private final Redaction redaction;
    private final JsonWriter out;

    TensorJson(Redaction redaction, JsonWriter out) {
        this.redaction = redaction;
        this.out = out;
    }

    void write(TensorCopy tensor) {
        Tensor content = tensor.content();
        DType dtype = tensor.dtype() == DType.MAP ? DType.STRING : tensor.dtype();
        out.beginObject().name("name").string(tensor.name());
        out.name("datatype").string(Datatypes.name(dtype));
        out.name("shape").beginArray();
        for (long dim : tensor.shape().dims()) {
            out.number(dim);
        }
        out.endArray();
        if (content == null) {
            out.name("parameters").beginObject().name("redacted").bool(true).endObject();
        }
        out.name("data").beginArray();
        if (content == null) {
            writeMarks(dtype, tensor.shape().elementCount());
        } else {
            writeElements(MapText.toStrings(content));
        }
        out.endArray().endObject();
    }

    private void writeMarks(DType dtype, long count) {
        for (long i = 0; i < count; i++) {
            switch (dtype) {
                case STRING -> out.string(Redaction.MARK);
                case BOOL -> out.bool(false);
                default -> out.number(0L);
            }
        }
    }

    private void writeElements(Tensor tensor) {
        long count = tensor.elementCount();
        if (tensor.dtype() == DType.STRING) {
            writeTexts(tensor.data(), count);
        } else if (tensor.dtype().isFloat()) {
            writeFloats(tensor, count);
        } else {
            TensorPrinter printer = new TensorPrinter("tensor", tensor, TensorPrinter.Text.PLAIN);
            for (long i = 0; i < count; i++) {
                printer.printElement(out);
            }
        }
    }

    private void writeTexts(ByteBuffer data, long count) {
        for (long i = 0; i < count; i++) {
            byte[] text = new byte[data.getInt()];
            data.get(text);
            byte[] kept = redaction.isEmpty() ? text : redaction.text(text);
            if (Utf8.isText(kept, 0, kept.length)) {
                out.string(kept, 0, kept.length);
            } else {
                out.beginObject().name("b64").base64(kept, 0, kept.length).endObject();
            }
        }
    }

    private void writeFloats(Tensor tensor, long count) {
        ByteBuffer data = tensor.data();
        for (long i = 0; i < count; i++) {
            if (tensor.dtype() == DType.FP64) {
                double value = data.getDouble();
                if (Double.isFinite(value)) {
                    out.number(value);
                } else {
                    out.string(String.valueOf(value));
                }
                continue;
            }
            float value = switch (tensor.dtype()) {
                case FP32 -> data.getFloat();
                case FP16 -> NarrowFloat.FP16.toFloat(data.getShort());
                default -> NarrowFloat.BF16.toFloat(data.getShort());
            };
            if (Float.isFinite(value)) {
                out.number(value);
            } else {
                out.string(String.valueOf(value));
            }
        }
    }
}

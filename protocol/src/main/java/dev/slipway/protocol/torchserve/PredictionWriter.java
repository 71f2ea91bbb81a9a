package dev.slipway.protocol.torchserve;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.json.TensorPrinter;
import dev.slipway.protocol.tfserving.PredictWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to a prediction: of a classifier the five likeliest classes of each row, of any other model its
 * outputs.
 */
public final class PredictionWriter {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BYTES = "application/octet-stream";

    private PredictionWriter() {}

    /**
     * What is answered.
     *
     * @param contentType of {@code body}
     */
    public record Written(String contentType, ByteBuffer body) {}

    /**
     * A single output goes without its name; of a single row that is text, nothing but the text.
     *
     * @param asked which was answered
     * @param outputs by name, in the order to be written
     * @param classes what the places of an output's last axis stand for, by output
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} when rows are wanted of outputs that have none in common
     */
    public static Written write(Prediction asked, Map<String, Tensor> outputs, Map<String, List<String>> classes) {
        TopClasses top = asked.form() == Prediction.Form.INPUTS ? null : TopClasses.of(outputs, classes);
        if (top == null && asked.form() != Prediction.Form.ROW && asked.form() != Prediction.Form.ROWS) {
            boolean isRows = asked.form() == Prediction.Form.INSTANCES;
            return new Written(JSON, PredictWriter.write(asked.signature(), isRows, outputs));
        }
        boolean isRow = asked.form() == Prediction.Form.ROW;
        Written text = isRow && top == null ? text(outputs) : null;
        if (text != null) {
            return text;
        }
        JsonWriter out = new JsonWriter(1024);
        boolean isWrapped = asked.form() == Prediction.Form.INSTANCES;
        if (isWrapped) {
            out.beginObject().name("predictions");
        }
        if (top != null) {
            top(out, top, isRow);
        } else {
            outputs(out, outputs, isRow);
        }
        if (isWrapped) {
            out.endObject();
        }
        return new Written(JSON, out.toByteBuffer());
    }

    private static void top(JsonWriter out, TopClasses top, boolean isRow) {
        if (isRow && top.rows() == 1) {
            top.printRow(out);
            return;
        }
        out.beginArray();
        for (long row = 0; row < top.rows(); row++) {
            top.printRow(out);
        }
        out.endArray();
    }

    private static void outputs(JsonWriter out, Map<String, Tensor> outputs, boolean isRow) {
        Map<String, TensorPrinter> printers = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> printers.put(
                name,
                new TensorPrinter(
                        "output '%s'".formatted(name),
                        tensor,
                        name.endsWith("_bytes") ? TensorPrinter.Text.BASE64 : TensorPrinter.Text.PLAIN_OR_BASE64)));
        boolean isNamed = outputs.size() != 1;
        if (isNamed) {
            out.beginObject();
        }
        printers.forEach((name, printer) -> {
            if (isNamed) {
                out.name(name);
            }
            if (isRow && isOneRow(outputs.get(name))) {
                printer.printRow(out);
            } else {
                printer.print(out);
            }
        });
        if (isNamed) {
            out.endObject();
        }
    }

    private static boolean isOneRow(@Nullable Tensor output) {
        return output != null && output.shape().rank() > 0 && output.shape().dim(0) == 1;
    }

    /** The only element of the only output, if that is text or bytes; of the only one beside its type; else null. */
    private static @Nullable Written text(Map<String, Tensor> outputs) {
        String type = WholeBody.contentType(outputs);
        Tensor only = null;
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            if (type == null || !output.getKey().equals(WholeBody.CONTENT_TYPE)) {
                only = output.getValue();
            }
        }
        if (only == null
                || outputs.size() > (type == null ? 1 : 2)
                || only.dtype() != DType.STRING
                || only.elementCount() != 1) {
            return null;
        }
        // The answer outlives the memory that the output is lent.
        byte[] bytes = new byte[only.data().getInt()];
        only.data().position(4).get(bytes);
        ByteBuffer body = ByteBuffer.wrap(bytes);
        if (type != null && !type.isEmpty()) {
            return new Written(type, body);
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(body.duplicate());
            return new Written(TEXT, body);
        } catch (CharacterCodingException e) {
            return new Written(BYTES, body);
        }
    }
}

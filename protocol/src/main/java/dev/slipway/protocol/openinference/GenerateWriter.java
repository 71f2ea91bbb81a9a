package dev.slipway.protocol.openinference;

import dev.slipway.api.Tensor;
import dev.slipway.protocol.MapText;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.json.TensorPrinter;
import java.nio.ByteBuffer;
import java.util.Map;

/** Writes the answer to a request of Triton's generate extension. */
public final class GenerateWriter {
    private GenerateWriter() {}

    /**
     * Each output is a key: a bare value where it has one element, else a flat list.
     *
     * @param id as the request has it; not told when it is empty
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for bytes that are no text
     */
    public static ByteBuffer write(String model, String version, String id, Map<String, Tensor> outputs) {
        JsonWriter out = new JsonWriter(512);
        out.beginObject();
        if (!id.isEmpty()) {
            out.name("id").string(id);
        }
        out.name("model_name").string(model).name("model_version").string(version);
        outputs.forEach((name, tensor) -> {
            Tensor texts = MapText.toStrings(tensor);
            TensorPrinter printer = new TensorPrinter("output '%s'".formatted(name), texts, TensorPrinter.Text.PLAIN);
            out.name(name);
            if (texts.elementCount() == 1) {
                printer.printElement(out);
            } else {
                printer.printFlat(out);
            }
        });
        return out.endObject().toByteBuffer();
    }
}

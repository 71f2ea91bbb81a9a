package dev.slipway.protocol.openinference;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.Buffers;
import dev.slipway.protocol.MapText;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.json.TensorPrinter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the answer to an inference request of the Open Inference Protocol. */
public final class InferWriter {
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private InferWriter() {}

    /**
     * Outputs go as JSON, in one flat array each, or as binary data, as the request wants. Floats of 16 bits in JSON
     * are numbers. Maps go as text, a JSON object for each element.
     *
     * @param model the model's name
     * @param version the version that answered
     * @param request what was asked
     * @param outputs by name, in the order to be written
     * @throws SlipwayException {@code INVALID_ARGUMENT} when bytes that are no text are to go as JSON, or more bytes to shared
     *     memory than there is place for
     */
    public static InferResponse write(String model, String version, InferRequest request, Map<String, Tensor> outputs) {
        return write(new Model(model, version), request, outputs, Buffers.HEAP, SharedMemory.OFF);
    }

    /** The model that answered, and its version. */
    public record Model(String name, String version) {}

    /**
     * As {@link #write(String, String, InferRequest, Map)}; binary data goes into memory that {@code buffers} gives, and what the
     * request wants there into {@code memory}.
     */
    public static InferResponse write(
            Model model, InferRequest request, Map<String, Tensor> outputs, Buffers buffers, SharedMemory memory) {
        Map<String, OutputForm> forms = request.forms();
        JsonWriter out = new JsonWriter(capacity(request, outputs));
        List<Tensor> binary = new ArrayList<>();
        out.beginObject().name("model_name").string(model.name());
        out.name("model_version").string(model.version());
        String id = request.id();
        if (id != null) {
            out.name("id").string(id);
        }
        out.name("outputs").beginArray();
        outputs.forEach((name, tensor) -> {
            Tensor texts = MapText.toStrings(tensor);
            writeHead(out, name, texts);
            SharedPlace place = forms.getOrDefault(name, OutputForm.PLAIN).place();
            if (place != null) {
                memory.write(place, texts.data());
                writePlace(out, place, texts.byteCount());
            } else if (request.isBinary(name)) {
                binary.add(texts);
                out.name("parameters").beginObject();
                out.name("binary_data_size").number((long) texts.data().remaining());
                out.endObject();
            } else {
                out.name("data");
                new TensorPrinter("output '%s'".formatted(name), texts, TensorPrinter.Text.PLAIN).printFlat(out);
            }
            out.endObject();
        });
        out.endArray().endObject();
        if (binary.isEmpty()) {
            return new InferResponse(out.toByteBuffer(), InferReader.NO_HEADER);
        }
        return new InferResponse(join(out, binary, buffers), out.size());
    }

    private static ByteBuffer join(JsonWriter header, List<Tensor> binary, Buffers buffers) {
        long bytes = header.size();
        for (Tensor tensor : binary) {
            bytes += tensor.data().remaining();
        }
        if (bytes > BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "answer of %d bytes (expected: at most %d)".formatted(bytes, BYTES_MAX));
        }
        ByteBuffer all = buffers.take((int) bytes);
        int at = header.size();
        all.put(0, header.toByteBuffer(), 0, at);
        for (Tensor tensor : binary) {
            ByteBuffer data = tensor.data();
            all.put(at, data, data.position(), data.remaining());
            at += data.remaining();
        }
        return all;
    }

    private static void writePlace(JsonWriter out, SharedPlace place, long bytes) {
        out.name("parameters").beginObject();
        out.name(SharedPlace.REGION).string(place.region());
        if (place.offset() > 0) {
            out.name(SharedPlace.OFFSET).number(place.offset());
        }
        out.name(SharedPlace.BYTE_SIZE).number(bytes).endObject();
    }

    private static void writeHead(JsonWriter out, String name, Tensor tensor) {
        out.beginObject().name("name").string(name);
        out.name("datatype").string(Datatypes.name(tensor.dtype()));
        out.name("shape").beginArray();
        for (long dim : tensor.shape().dims()) {
            out.number(dim);
        }
        out.endArray();
    }

    /** JSON grows by itself. */
    private static int capacity(InferRequest request, Map<String, Tensor> outputs) {
        long bytes = 256;
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            int size = output.getValue().data().remaining();
            bytes += 128 + (request.isBinary(output.getKey()) ? 0 : Math.min(3L * size, 1 << 20));
        }
        return (int) Math.min(bytes, 1 << 30);
    }
}

package dev.slipway.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.tfserving.PredictReader;
import dev.slipway.protocol.tfserving.PredictWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** TensorFlow Serving's predict over REST: rows of four floats in, of three out; beside Vert.x's JSON, which is Jackson. */
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class PredictJsonPiece extends Piece {
    private static final Signature SIGNATURE = new Signature(
            Signature.DEFAULT,
            List.of(new TensorSpec(OnnxPiece.INPUT, DType.FP32, Shape.of(-1, OnnxPiece.INPUT_WIDTH))),
            List.of(new TensorSpec(OnnxPiece.OUTPUT, DType.FP32, Shape.of(-1, OnnxPiece.OUTPUT_WIDTH))));

    /** Rows of a message. */
    @Param({"1", "64"})
    public int rows;

    private byte[] request;
    private Map<String, Tensor> outputs;

    @Setup
    public void build() {
        request = "{\"instances\": %s}"
                .formatted(Arrays.deepToString(Rows.values(rows, OnnxPiece.INPUT_WIDTH)))
                .getBytes(UTF_8);
        outputs = Map.of(OnnxPiece.OUTPUT, Rows.tensor(Rows.values(rows, OnnxPiece.OUTPUT_WIDTH)));
    }

    @Benchmark
    public Map<String, Tensor> read() {
        return PredictReader.read(ByteBuffer.wrap(request), name -> SIGNATURE).inputs();
    }

    @Benchmark
    public Map<String, Tensor> readBaseline() {
        JsonArray instances = new JsonObject(Buffer.buffer(request)).getJsonArray("instances");
        int width = instances.getJsonArray(0).size();
        ByteBuffer data =
                ByteBuffer.allocate(instances.size() * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < instances.size(); row++) {
            JsonArray values = instances.getJsonArray(row);
            for (int at = 0; at < width; at++) {
                data.putFloat(values.getFloat(at));
            }
        }
        return Map.of(OnnxPiece.INPUT, new Tensor(DType.FP32, Shape.of(instances.size(), width), data.flip()));
    }

    @Benchmark
    public ByteBuffer write() {
        return PredictWriter.write(SIGNATURE, true, outputs);
    }

    @Benchmark
    public Buffer writeBaseline() {
        Tensor output = outputs.values().iterator().next();
        ByteBuffer data = output.data();
        JsonArray predictions = new JsonArray();
        while (data.hasRemaining()) {
            JsonArray row = new JsonArray();
            for (long at = 0; at < output.shape().dim(1); at++) {
                row.add(data.getFloat());
            }
            predictions.add(row);
        }
        return new JsonObject().put("predictions", predictions).toBuffer();
    }
}

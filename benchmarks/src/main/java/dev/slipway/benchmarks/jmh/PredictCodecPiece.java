package dev.slipway.benchmarks.jmh;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import dev.slipway.protocol.tfserving.grpc.PredictResponseWriter;
import dev.slipway.protocol.tfserving.grpc.TensorForm;
import java.nio.ByteBuffer;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** TensorFlow Serving's Predict over gRPC: rows of four floats in, of three out; beside protobuf's generated classes. */
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class PredictCodecPiece extends Piece {
    private static final long TENSOR_BYTES_MAX = 1 << 20;
    private static final ServableId MODEL = new ServableId("mlp-4-16-3", 1);

    /** Rows of a message. */
    @Param({"1", "64"})
    public int rows;

    private byte[] content;
    private byte[] values;
    private Map<String, Tensor> outputs;

    @Setup
    public void build() {
        float[][] inputs = Rows.values(rows, OnnxPiece.INPUT_WIDTH);
        content = PredictMessages.contentRequest(MODEL.model(), OnnxPiece.INPUT, inputs)
                .toByteArray();
        values = PredictMessages.valuesRequest(MODEL.model(), OnnxPiece.INPUT, inputs)
                .toByteArray();
        outputs = Map.of(OnnxPiece.OUTPUT, Rows.tensor(Rows.values(rows, OnnxPiece.OUTPUT_WIDTH)));
    }

    /** A request whose elements lie as they do in memory. */
    @Benchmark
    public Map<String, Tensor> readContent() {
        return PredictRequestReader.read(ByteBuffer.wrap(content), TENSOR_BYTES_MAX)
                .inputs();
    }

    @Benchmark
    public Map<String, Tensor> readContentBaseline() throws InvalidProtocolBufferException {
        return PredictMessages.read(content);
    }

    /** A request whose elements are values of a typed field. */
    @Benchmark
    public Map<String, Tensor> readValues() {
        return PredictRequestReader.read(ByteBuffer.wrap(values), TENSOR_BYTES_MAX)
                .inputs();
    }

    @Benchmark
    public Map<String, Tensor> readValuesBaseline() throws InvalidProtocolBufferException {
        return PredictMessages.read(values);
    }

    @Benchmark
    public ByteBuffer write() {
        return PredictResponseWriter.write(MODEL, Signature.DEFAULT, outputs, TensorForm.VALUES);
    }

    @Benchmark
    public byte[] writeBaseline() {
        return PredictMessages.write(MODEL, Signature.DEFAULT, outputs);
    }
}

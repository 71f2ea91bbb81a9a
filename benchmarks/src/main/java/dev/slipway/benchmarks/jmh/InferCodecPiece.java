package dev.slipway.benchmarks.jmh;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ServableId;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.openinference.grpc.InferRequestReader;
import dev.slipway.protocol.openinference.grpc.InferResponseWriter;
import java.nio.ByteBuffer;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Open Inference's ModelInfer over gRPC, raw: rows of four floats in, of three out; beside protobuf's generated classes. */
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class InferCodecPiece extends Piece {
    private static final long TENSOR_BYTES_MAX = 1 << 20;
    private static final ServableId MODEL = new ServableId("mlp-4-16-3", 1);

    /** Rows of a message. */
    @Param({"1", "64"})
    public int rows;

    private byte[] request;
    private Map<String, Tensor> outputs;

    @Setup
    public void build() {
        request = InferMessages.request(MODEL.model(), OnnxPiece.INPUT, Rows.values(rows, OnnxPiece.INPUT_WIDTH))
                .toByteArray();
        outputs = Map.of(OnnxPiece.OUTPUT, Rows.tensor(Rows.values(rows, OnnxPiece.OUTPUT_WIDTH)));
    }

    @Benchmark
    public Map<String, Tensor> read() {
        return InferRequestReader.read(ByteBuffer.wrap(request), TENSOR_BYTES_MAX)
                .inputs();
    }

    @Benchmark
    public Map<String, Tensor> readBaseline() throws InvalidProtocolBufferException {
        return InferMessages.read(request);
    }

    @Benchmark
    public ByteBuffer write() {
        return InferResponseWriter.write(MODEL, "", outputs, true);
    }

    @Benchmark
    public byte[] writeBaseline() {
        return InferMessages.write(MODEL, outputs);
    }
}

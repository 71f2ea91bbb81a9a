package dev.slipway.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.InferenceResult;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A piece and its baseline come to the same result; otherwise their ratio would say nothing. */
class BaselinesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void ofPredictOverGrpc(int rows) throws Exception {
        PredictCodecPiece piece = new PredictCodecPiece();
        piece.rows = rows;
        piece.build();

        assertSame(piece.readContent(), piece.readContentBaseline());
        assertSame(piece.readValues(), piece.readValuesBaseline());
        assertSame(piece.readValues(), piece.readContent());
        assertThat(PredictResponse.parseFrom(piece.write()))
                .isEqualTo(PredictResponse.parseFrom(piece.writeBaseline()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void ofModelInfer(int rows) throws Exception {
        InferCodecPiece piece = new InferCodecPiece();
        piece.rows = rows;
        piece.build();

        assertSame(piece.read(), piece.readBaseline());
        assertThat(ModelInferResponse.parseFrom(piece.write()))
                .isEqualTo(ModelInferResponse.parseFrom(piece.writeBaseline()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void ofPredictOverRest(int rows) {
        PredictJsonPiece piece = new PredictJsonPiece();
        piece.rows = rows;
        piece.build();

        assertSame(piece.read(), piece.readBaseline());
        assertThat(new JsonObject(Buffer.buffer(bytes(piece.write()))))
                .isEqualTo(new JsonObject(piece.writeBaseline()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void ofTheModel(int rows) throws Exception {
        OnnxPiece piece = new OnnxPiece();
        piece.rows = rows;
        piece.load();
        try (PinnedRun bare = new PinnedRun(OnnxPiece.model(), Rows.values(rows, OnnxPiece.INPUT_WIDTH));
                InferenceResult result = piece.answer()) {
            bare.run();

            ByteBuffer values =
                    ByteBuffer.allocate(bare.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : bare.values()) {
                values.putFloat(value);
            }
            assertThat(result.outputs().get(OnnxPiece.OUTPUT).data()).isEqualTo(values.flip());
        } finally {
            piece.close();
        }
    }

    private static void assertSame(Map<String, Tensor> one, Map<String, Tensor> other) {
        assertThat(one).containsOnlyKeys(other.keySet());
        one.forEach((name, tensor) -> {
            assertThat(tensor).hasToString(other.get(name).toString());
            assertThat(tensor.data()).isEqualTo(other.get(name).data());
        });
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}

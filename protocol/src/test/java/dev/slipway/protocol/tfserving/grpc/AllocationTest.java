package dev.slipway.protocol.tfserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import dev.slipway.api.DType;
import dev.slipway.api.ServableId;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import dev.slipway.protocol.wire.Elements;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts the bytes that reading and writing take from the heap: the elements at most, and a little besides. */
class AllocationTest {
    private static final int COUNT = 50_000;
    /** Strings, maps, records and views of one small request. */
    private static final long BESIDES = 8_192;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest(name = "{0}, as content: {1}")
    @CsvSource({
        "FP32, true, 0",
        "FP32, false, 0",
        "FP64, false, 0",
        "INT64, true, 0",
        "INT64, false, 1",
        "UINT8, false, 1",
        "FP16, false, 1",
        "BOOL, false, 1",
        "STRING, false, 1",
    })
    void readingCopiesElementsOnceOrNotAtAll(DType dtype, boolean content, int copies) {
        byte[] elements = Elements.random(dtype, COUNT, new Random(1));
        Tensor tensor = new Tensor(dtype, Shape.of(COUNT), ByteBuffer.wrap(elements));
        byte[] request = request(tensor, content ? TensorForm.CONTENT : TensorForm.VALUES);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(request.length).put(request).flip();

        for (ByteBuffer message : List.of(ByteBuffer.wrap(request), direct)) {
            long allocated = allocatedBytes(() -> PredictRequestReader.read(message, 1 << 24));

            assertThat(allocated).isLessThan((long) copies * elements.length + BESIDES);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = "MAP", mode = EnumSource.Mode.EXCLUDE)
    void writingTakesTheMessageAndLittleElse(DType dtype) {
        byte[] elements = Elements.random(dtype, COUNT, new Random(1));
        Map<String, Tensor> outputs = Map.of("x", new Tensor(dtype, Shape.of(COUNT), ByteBuffer.wrap(elements)));
        ServableId model = new ServableId("m", 1);
        int size = PredictResponseWriter.write(model, "s", outputs, TensorForm.VALUES)
                .remaining();

        long allocated = allocatedBytes(() -> PredictResponseWriter.write(model, "s", outputs, TensorForm.VALUES));

        assertThat(allocated).isLessThan(size + BESIDES);
    }

    private static byte[] request(Tensor tensor, TensorForm form) {
        try {
            ByteBuffer response = PredictResponseWriter.write(new ServableId("m", 1), "s", Map.of("x", tensor), form);
            TensorProto proto =
                    PredictResponse.parseFrom(ByteString.copyFrom(response)).getOutputsOrThrow("x");
            return PredictRequest.newBuilder()
                    .setModelSpec(ModelSpec.newBuilder().setName("m"))
                    .putInputs("x", proto)
                    .build()
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The least of several runs: the first ones also load classes. */
    private static long allocatedBytes(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 20; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}

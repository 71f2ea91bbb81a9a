package dev.slipway.benchmarks.model;

import static dev.slipway.benchmarks.wire.Proto.field;

import com.google.protobuf.CodedInputStream;
import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of a corpus, its batch freed, with its question and answer as ONNX's test data sets have them.
 *
 * @param name as served, and the folder's name in {@code onnx/}
 * @param input its name
 * @param output its name
 */
record CorpusModel(String name, String input, String output) {
    private static final int DIMS = 1;
    private static final int RAW_DATA = 9;

    Path folder(Path corpus) {
        return corpus.resolve("onnx").resolve(name);
    }

    boolean isIn(Path corpus) {
        return Files.isReadable(folder(corpus).resolve("model.onnx"));
    }

    byte[] model(Path corpus) throws IOException {
        return FreeBatch.of(Files.readAllBytes(folder(corpus).resolve("model.onnx")), input, output);
    }

    Workload workload(Path corpus) throws IOException {
        Path data = folder(corpus).resolve("io/test_data_set_0");
        return new Workload(
                name,
                tensor(input, Files.readAllBytes(data.resolve("input_0.pb"))),
                tensor(output, Files.readAllBytes(data.resolve("output_0.pb"))));
    }

    /** Of a {@code TensorProto} with raw float32 values. */
    static Tensor tensor(String name, byte[] proto) throws IOException {
        List<Long> shape = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(proto);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == DIMS << 3) {
                shape.add(in.readInt64());
            } else if (tag == (DIMS << 3 | 2)) {
                int limit = in.pushLimit(in.readRawVarint32());
                while (in.getBytesUntilLimit() > 0) {
                    shape.add(in.readInt64());
                }
                in.popLimit(limit);
            } else {
                in.skipField(tag);
            }
        }
        ByteBuffer raw = ByteBuffer.wrap(field(proto, RAW_DATA)).order(ByteOrder.LITTLE_ENDIAN);
        List<Float> values = new ArrayList<>();
        while (raw.hasRemaining()) {
            values.add(raw.getFloat());
        }
        return new Tensor(name, shape, values);
    }
}

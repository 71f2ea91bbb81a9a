package dev.slipway.benchmarks.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Writes a model of one large matrix, {@code y = x * w}, without ever holding it in memory.
 *
 * @param side of the matrix
 */
public record Ballast(int side) {
    /** 500 MiB. */
    public static final Ballast HALF_A_GIBIBYTE = new Ballast(11_448);

    private static final int GRAPH_FIELD = 7;
    private static final int INITIALIZER_FIELD = 5;
    private static final int RAW_FIELD = 9;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final long SEED = 20_261_121;

    /** Bytes of the matrix. */
    public long bytes() {
        return (long) side * side * Float.BYTES;
    }

    /** Writes the ONNX file, unless it is there. */
    public void writeTo(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            write(out);
        }
        Files.move(part, file);
    }

    private void write(OutputStream out) throws IOException {
        // The matrix stands last in its tensor, and the tensor last in its graph: all before it is small.
        Shell shell = Shell.of(new OnnxGraph()
                .node("MatMul", List.of("x", "w"), "y")
                .floats("w", List.of(side, side), new float[0])
                .model(side, side));
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        coded.writeRawBytes(shell.beside());
        ByteString tensor = shell.tensor();
        int raw = Math.toIntExact(bytes());
        int rawField =
                CodedOutputStream.computeTagSize(RAW_FIELD) + CodedOutputStream.computeUInt32SizeNoTag(raw) + raw;
        int tensorLength = tensor.size() + rawField;
        int graphLength = shell.graph().size()
                + CodedOutputStream.computeTagSize(INITIALIZER_FIELD)
                + CodedOutputStream.computeUInt32SizeNoTag(tensorLength)
                + tensorLength;
        coded.writeTag(GRAPH_FIELD, 2);
        coded.writeUInt32NoTag(graphLength);
        coded.writeRawBytes(shell.graph());
        coded.writeTag(INITIALIZER_FIELD, 2);
        coded.writeUInt32NoTag(tensorLength);
        coded.writeRawBytes(tensor);
        coded.writeTag(RAW_FIELD, 2);
        coded.writeUInt32NoTag(raw);
        coded.flush();
        writeMatrix(out);
    }

    private void writeMatrix(OutputStream out) throws IOException {
        Random random = new Random(SEED);
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining()) {
            block.putFloat((float) random.nextGaussian());
        }
        for (long left = bytes(); left > 0; left -= BLOCK_BYTES) {
            out.write(block.array(), 0, (int) Math.min(left, BLOCK_BYTES));
        }
    }

    /**
     * A model without its matrix, taken apart.
     *
     * @param beside fields of the model beside its graph
     * @param graph fields of the graph beside its matrix
     * @param tensor fields of the matrix beside its values
     */
    private record Shell(ByteString beside, ByteString graph, ByteString tensor) {
        static Shell of(byte[] model) throws IOException {
            Fields outer = Fields.split(ByteString.copyFrom(model), GRAPH_FIELD);
            Fields inner = Fields.split(outer.taken(), INITIALIZER_FIELD);
            Fields tensor = Fields.split(inner.taken(), RAW_FIELD);
            return new Shell(outer.others(), inner.others(), tensor.others());
        }
    }

    /** A field of a message, and all the others as they stand. */
    private record Fields(ByteString taken, ByteString others) {
        static Fields split(ByteString message, int field) throws IOException {
            UnknownFieldSet all = UnknownFieldSet.parseFrom(message);
            ByteString taken = all.getField(field).getLengthDelimitedList().get(0);
            UnknownFieldSet others = all.toBuilder().clearField(field).build();
            return new Fields(taken, others.toByteString());
        }
    }
}

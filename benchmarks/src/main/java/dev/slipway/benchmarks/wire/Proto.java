package dev.slipway.benchmarks.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Protobuf messages, written and read field by field. */
public final class Proto {
    /** Writes the fields of one message. */
    public interface Fields {
        /** Writes them. */
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private Proto() {}

    /** The bytes of a message. */
    public static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of the first field {@code number} of {@code message}, which is of variable length; empty if absent. */
    public static byte[] field(byte[] message, int number) {
        List<byte[]> all = fields(message, number);
        return all.isEmpty() ? new byte[0] : all.get(0);
    }

    /**
     * The bytes of all fields {@code number} of {@code message}, which are of variable length.
     *
     * @throws IllegalArgumentException when it is no protobuf message
     */
    public static List<byte[]> fields(byte[] message, int number) {
        try {
            List<byte[]> found = new ArrayList<>();
            CodedInputStream in = CodedInputStream.newInstance(message);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == (number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                    found.add(in.readByteArray());
                } else {
                    in.skipField(tag);
                }
            }
            return found;
        } catch (IOException e) {
            throw new IllegalArgumentException("answer is no protobuf message: " + e.getMessage(), e);
        }
    }
}

package dev.slipway.benchmarks.wire;

import static dev.slipway.benchmarks.wire.Proto.field;
import static dev.slipway.benchmarks.wire.Proto.message;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Requests and answers of the gRPC protocols, each behind gRPC's five bytes. Written by hand, so that the driver shares
 * no code with what it measures.
 */
final class ProtobufMessages {
    private static final int GRPC_PREFIX_BYTES = 5;
    private static final int DT_FLOAT = 1;

    private ProtobufMessages() {}

    /** {@code tensorflow.serving.PredictRequest}. */
    static Buffer predictRequest(Workload workload) {
        return framed(message(out -> {
            out.writeByteArray(1, message(spec -> spec.writeString(1, workload.model())));
            out.writeByteArray(2, mapEntry(workload.input().name(), tensorProto(workload.input())));
        }));
    }

    /** {@code tensorflow.serving.PredictResponse}. */
    static Buffer predictAnswer(Workload workload) {
        return framed(message(out -> {
            out.writeByteArray(1, mapEntry(workload.output().name(), tensorProto(workload.output())));
            out.writeByteArray(2, message(spec -> {
                spec.writeString(1, workload.model());
                spec.writeByteArray(2, message(version -> version.writeInt64(1, 1)));
                spec.writeString(3, "serving_default");
            }));
        }));
    }

    /** The values of the first tensor of a {@code PredictResponse}. */
    static List<Float> predictOutputs(Buffer answer) {
        byte[] tensor = field(field(unframed(answer), 1), 2);
        byte[] content = field(tensor, 4);
        return floats(content.length > 0 ? content : field(tensor, 5));
    }

    /** {@code inference.ModelInferRequest}. */
    static Buffer inferRequest(Workload workload) {
        return framed(message(out -> {
            out.writeString(1, workload.model());
            out.writeByteArray(5, inferTensor(workload.input()));
            out.writeByteArray(7, JsonMessages.littleEndian(workload.input()).getBytes());
        }));
    }

    /** {@code inference.ModelInferResponse}. */
    static Buffer inferAnswer(Workload workload) {
        return framed(message(out -> {
            out.writeString(1, workload.model());
            out.writeString(2, "1");
            out.writeByteArray(5, inferTensor(workload.output()));
            out.writeByteArray(6, JsonMessages.littleEndian(workload.output()).getBytes());
        }));
    }

    /** The values of the first output of a {@code ModelInferResponse}, which are raw since the request's were. */
    static List<Float> inferOutputs(Buffer answer) {
        return floats(field(unframed(answer), 6));
    }

    private static byte[] mapEntry(String key, byte[] value) {
        return message(entry -> {
            entry.writeString(1, key);
            entry.writeByteArray(2, value);
        });
    }

    private static byte[] tensorProto(Tensor values) {
        return message(tensor -> {
            tensor.writeEnum(1, DT_FLOAT);
            tensor.writeByteArray(2, message(shape -> {
                for (long size : values.shape()) {
                    shape.writeByteArray(2, message(dim -> dim.writeInt64(1, size)));
                }
            }));
            tensor.writeByteArray(4, JsonMessages.littleEndian(values).getBytes());
        });
    }

    private static byte[] inferTensor(Tensor values) {
        return message(tensor -> {
            tensor.writeString(1, values.name());
            tensor.writeString(2, "FP32");
            tensor.writeByteArray(3, message(shape -> {
                for (long size : values.shape()) {
                    shape.writeInt64NoTag(size);
                }
            }));
        });
    }

    private static Buffer framed(byte[] message) {
        return Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
    }

    private static byte[] unframed(Buffer frame) {
        int length = frame.length() < GRPC_PREFIX_BYTES ? -1 : frame.getInt(1);
        if (length != frame.length() - GRPC_PREFIX_BYTES || frame.getByte(0) != 0) {
            throw new IllegalArgumentException(
                    "answer of %d bytes announces %d (expected: one uncompressed gRPC message)"
                            .formatted(frame.length(), length));
        }
        return frame.getBytes(GRPC_PREFIX_BYTES, frame.length());
    }

    private static List<Float> floats(byte[] littleEndian) {
        return JsonMessages.lastFloats(Buffer.buffer(littleEndian), littleEndian.length / Float.BYTES);
    }
}

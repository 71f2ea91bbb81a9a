package dev.slipway.benchmarks.wire;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A wire form in which the same question can be asked: where to, with which bytes, and how to read the answer. */
public enum Protocol {
    /** TensorFlow Serving's REST API, row format. */
    TFS_REST("/v1/models/%s:predict", "application/json") {
        @Override
        public Buffer request(Workload workload) {
            return JsonMessages.predictRequest(workload);
        }

        @Override
        public Buffer answer(Workload workload) {
            return JsonMessages.predictAnswer(workload);
        }

        @Override
        public List<Float> outputs(Workload workload, Buffer answer) {
            return JsonMessages.predictions(answer);
        }
    },
    /** TensorFlow Serving's {@code Predict} over gRPC. */
    TFS_GRPC("/tensorflow.serving.PredictionService/Predict", "application/grpc") {
        @Override
        public Buffer request(Workload workload) {
            return ProtobufMessages.predictRequest(workload);
        }

        @Override
        public Buffer answer(Workload workload) {
            return ProtobufMessages.predictAnswer(workload);
        }

        @Override
        public List<Float> outputs(Workload workload, Buffer answer) {
            return ProtobufMessages.predictOutputs(answer);
        }
    },
    /** The Open Inference Protocol's REST API, with JSON. */
    OIP_REST("/v2/models/%s/infer", "application/json") {
        @Override
        public Buffer request(Workload workload) {
            return JsonMessages.inferRequest(workload);
        }

        @Override
        public Buffer answer(Workload workload) {
            return JsonMessages.inferAnswer(workload);
        }

        @Override
        public List<Float> outputs(Workload workload, Buffer answer) {
            return JsonMessages.inferOutputs(answer);
        }
    },
    /** The same with the binary extension: values as bytes behind the JSON. */
    OIP_BINARY("/v2/models/%s/infer", "application/octet-stream") {
        @Override
        public Buffer request(Workload workload) {
            return JsonMessages.binaryHeader(workload).appendBuffer(JsonMessages.littleEndian(workload.input()));
        }

        @Override
        public Buffer answer(Workload workload) {
            return JsonMessages.binaryAnswerHeader(workload).appendBuffer(JsonMessages.littleEndian(workload.output()));
        }

        @Override
        public List<Float> outputs(Workload workload, Buffer answer) {
            return JsonMessages.lastFloats(answer, workload.output().values().size());
        }

        @Override
        public Map<String, String> headers(Workload workload) {
            String length = Integer.toString(JsonMessages.binaryHeader(workload).length());
            return Map.of("content-type", "application/octet-stream", "inference-header-content-length", length);
        }
    },
    /** The Open Inference Protocol's {@code ModelInfer} over gRPC, with raw contents. */
    OIP_GRPC("/inference.GRPCInferenceService/ModelInfer", "application/grpc") {
        @Override
        public Buffer request(Workload workload) {
            return ProtobufMessages.inferRequest(workload);
        }

        @Override
        public Buffer answer(Workload workload) {
            return ProtobufMessages.inferAnswer(workload);
        }

        @Override
        public List<Float> outputs(Workload workload, Buffer answer) {
            return ProtobufMessages.inferOutputs(answer);
        }
    };

    private final String path;
    private final String contentType;

    Protocol(String path, String contentType) {
        this.path = path;
        this.contentType = contentType;
    }

    /**
     * The one with this {@link #title()}.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Protocol of(String title) {
        for (Protocol protocol : values()) {
            if (protocol.title().equals(title)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("protocol '%s' (expected: %s)"
                .formatted(title, Stream.of(values()).map(Protocol::title).collect(Collectors.joining(", "))));
    }

    /** As options and tables name it: {@code tfs-rest}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it goes over HTTP/2, each message behind gRPC's five bytes. */
    public boolean isGrpc() {
        return contentType.equals("application/grpc");
    }

    /** Where on the server the question is put. */
    public String path(Workload workload) {
        return path.formatted(workload.model());
    }

    /** The headers of a request. */
    public Map<String, String> headers(Workload workload) {
        return isGrpc() ? Map.of("content-type", contentType, "te", "trailers") : Map.of("content-type", contentType);
    }

    /** The request's body. */
    public abstract Buffer request(Workload workload);

    /** The body of a right answer. */
    public abstract Buffer answer(Workload workload);

    /**
     * The output's values in the body of an answer.
     *
     * @throws RuntimeException when the answer has another form
     */
    public abstract List<Float> outputs(Workload workload, Buffer answer);
}

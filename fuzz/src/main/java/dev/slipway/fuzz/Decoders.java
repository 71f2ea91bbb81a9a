package dev.slipway.fuzz;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.mlflow.CsvBody;
import dev.slipway.protocol.mlflow.ScoringReader;
import dev.slipway.protocol.openinference.GenerateReader;
import dev.slipway.protocol.openinference.InferReader;
import dev.slipway.protocol.openinference.grpc.InferRequestReader;
import dev.slipway.protocol.openinference.grpc.RepositoryMessages;
import dev.slipway.protocol.openinference.grpc.ServerMessages;
import dev.slipway.protocol.text.TritonText;
import dev.slipway.protocol.tfserving.PredictReader;
import dev.slipway.protocol.tfserving.example.JsonExamples;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.protocol.tfserving.grpc.ExampleRequestReader;
import dev.slipway.protocol.tfserving.grpc.ModelMetadataMessages;
import dev.slipway.protocol.tfserving.grpc.ModelStatusMessages;
import dev.slipway.protocol.tfserving.grpc.MultiInferenceReader;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import dev.slipway.protocol.tfserving.grpc.ReloadMessages;
import dev.slipway.protocol.tfserving.recorded.PredictionLogReader;
import dev.slipway.protocol.tfserving.recorded.RecordReader;
import dev.slipway.protocol.tfserving.recorded.RecordedRequest;
import dev.slipway.protocol.torchserve.PredictionReader;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.endpoint.RestPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All decoders of bytes from outside, by name. */
final class Decoders {
    /** Bytes that a request's tensors may take beside the message's own. */
    private static final long TENSOR_BYTES_MAX = 1 << 20;

    private static final int RECORD_BYTES_MAX = 1 << 20;

    private static final List<String> BODY_TYPES = List.of(
            "application/json",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "application/octet-stream");

    private static final Map<String, Decoder> ALL = new TreeMap<>();

    static {
        ALL.put("tfs-rest-predict", Decoders::predict);
        ALL.put("tfs-grpc-predict", bytes -> PredictRequestReader.read(bytes, TENSOR_BYTES_MAX));
        ALL.put("tfs-grpc-messages", Decoders::tfServingMessages);
        ALL.put("tfs-recorded", Decoders::recorded);
        ALL.put("tfs-record-files", Decoders::records);
        ALL.put("tfs-rest-examples", Decoders::jsonExamples);
        ALL.put("tfs-grpc-examples", Decoders::examples);
        ALL.put("tfs-grpc-multi", Decoders::multiInference);
        ALL.put("oip-rest-generate", Decoders::generate);
        ALL.put("torchserve-prediction", Decoders::prediction);
        ALL.put("mlflow-json", Decoders::scoring);
        ALL.put("mlflow-csv", Decoders::csv);
        ALL.put("picture", Pictures::decode);
        ALL.put("oip-rest-infer", Decoders::infer);
        ALL.put("oip-rest-binary", Decoders::binary);
        ALL.put("oip-grpc-infer", bytes -> InferRequestReader.read(bytes, TENSOR_BYTES_MAX));
        ALL.put("oip-grpc-messages", Decoders::openInferenceMessages);
        ALL.put("triton-config", bytes -> TritonText.parse("config.pbtxt", text(bytes)));
        ALL.put("slipway-yaml", bytes -> ConfigYaml.parse("slipway.yaml", text(bytes), Path.of("/models")));
        ALL.put("rest-path", bytes -> RestPath.segments("/" + text(bytes)));
    }

    private Decoders() {}

    static Map<String, Decoder> all() {
        return Collections.unmodifiableMap(ALL);
    }

    /** @throws IllegalArgumentException when there is none of this name */
    static Decoder of(String name) {
        Decoder found = ALL.get(name);
        if (found == null) {
            throw new IllegalArgumentException("decoder '%s' (expected: one of %s)".formatted(name, ALL.keySet()));
        }
        return found;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static void predict(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        PredictReader.read(bytes.slice(), name -> signature);
    }

    private static void infer(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        InferReader.read(bytes.slice(), InferReader.NO_HEADER, signature);
    }

    private static void generate(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        GenerateReader.read(bytes.slice(), signature);
    }

    private static void jsonExamples(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        JsonExamples.read(bytes.slice(), name -> signature, TENSOR_BYTES_MAX);
    }

    private static void recorded(ByteBuffer bytes) {
        RecordedRequest request = PredictionLogReader.read(bytes);
        if (request.kind() == RecordedRequest.Kind.PREDICT) {
            PredictRequestReader.readRecorded(request.message(), TENSOR_BYTES_MAX);
        } else if (request.kind() == RecordedRequest.Kind.MULTI_INFERENCE) {
            MultiInferenceReader.recorded(request.message());
        }
    }

    private static void examples(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        ExampleRequestReader reader = new ExampleRequestReader(Task.CLASSIFY, bytes.slice());
        reader.target();
        reader.read(signature, TENSOR_BYTES_MAX);
    }

    private static void multiInference(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        MultiInferenceReader reader = new MultiInferenceReader(bytes.slice());
        reader.tasks();
        reader.read(signature, TENSOR_BYTES_MAX);
    }

    /** The second byte picks what the body claims to be. */
    private static void prediction(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        int type = bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) % BODY_TYPES.size() : 0;
        PredictionReader.read(BODY_TYPES.get(type), "x=1&ids=2", bytes.slice(), name -> signature);
    }

    private static void scoring(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        ScoringReader.read(bytes.slice(), signature);
    }

    private static void csv(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        ScoringReader.read(CsvBody.toJson(bytes.slice(), signature), signature);
    }

    /** The length of the JSON part is in the first two bytes. */
    private static void binary(ByteBuffer bytes) {
        Signature signature = Signatures.take(bytes);
        int length = bytes.remaining() < Short.BYTES ? 0 : Short.toUnsignedInt(bytes.getShort());
        InferReader.read(bytes.slice(), length, signature);
    }

    /** The first byte picks the message. */
    private static void tfServingMessages(ByteBuffer bytes) {
        List<Decoder> messages = List.of(
                PredictRequestReader::peekModel,
                ModelMetadataMessages::readRequest,
                ModelStatusMessages::readRequest,
                ReloadMessages::readRequest);
        pick(messages, bytes);
    }

    private static void openInferenceMessages(ByteBuffer bytes) {
        List<Decoder> messages = List.of(
                InferRequestReader::peekModel,
                ServerMessages::readModelReadyRequest,
                ServerMessages::readModelMetadataRequest,
                RepositoryMessages::readIndexRequest,
                RepositoryMessages::readLoadRequest,
                RepositoryMessages::readUnloadRequest);
        pick(messages, bytes);
    }

    private static void pick(List<Decoder> messages, ByteBuffer bytes) {
        int which = bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) % messages.size() : 0;
        try {
            messages.get(which).decode(bytes.slice());
        } catch (RuntimeException known) {
            throw known;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file of records, as it lies beside a model: a checksum that is wrong is its fault, and not the server's. */
    private static void records(ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        RecordReader records = new RecordReader(new ByteArrayInputStream(copy), RECORD_BYTES_MAX);
        try {
            while (records.next() != null) {
                // The next one.
            }
        } catch (SlipwayException e) {
            throw e.code() == ErrorCode.DATA_LOSS
                    ? new SlipwayException(ErrorCode.INVALID_ARGUMENT, e.getMessage(), e)
                    : e;
        }
    }
}

package dev.slipway.server.soak;

import com.google.protobuf.Int64Value;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.protocol.proto.inference.InferTensorContents;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One caller: asks a model at random, in a protocol at random, again and again, and checks every answer. */
final class SoakTraffic implements Runnable {
    private static final Pattern ROW = Pattern.compile("\\[\\s*(-?[0-9.eE+]+),\\s*(-?[0-9.eE+]+)\\s*]");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TFS = "tensorflow.serving.PredictionService/Predict";
    private static final String OIP = "inference.GRPCInferenceService/ModelInfer";
    private static final int PROTOCOLS = 4;

    private final SoakServer server;
    private final SoakModels models;
    private final SoakCount count;
    private final SoakGate gate;
    private final Random random;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    SoakTraffic(SoakServer server, SoakModels models, SoakCount count, SoakGate gate, long seed) {
        this.server = server;
        this.models = models;
        this.count = count;
        this.gate = gate;
        this.random = new Random(seed);
    }

    /**
     * An answer.
     *
     * @param version that it says it is of; 0 when it does not say
     */
    private record Answer(float first, float second, long version) {}

    @Override
    public void run() {
        while (gate.awaitOpen()) {
            SoakServer.Life life = server.life();
            int model = random.nextInt(SoakModels.COUNT);
            // The first version of these is never taken away.
            long version = SoakModels.servesAll(model) && random.nextInt(4) == 0 ? 1 : 0;
            int protocol = random.nextInt(PROTOCOLS);
            String what = "%s:%s in protocol %d"
                    .formatted(SoakModels.name(model), version == 0 ? "latest" : version, protocol);
            try {
                check(what, model, version, ask(life, model, version, protocol));
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                if (gate.isOpenFor(life) && server.isAlive(life)) {
                    count.fault(count.failed, what + ": " + e);
                } else {
                    count.cutOff.increment();
                }
            }
        }
    }

    private void check(String what, int model, long asked, Answer answer) {
        long found = SoakModels.version(model, answer.first());
        boolean isRight = answer.second() == -answer.first()
                && models.published(model).contains(found)
                && (asked == 0 || asked == found)
                && (answer.version() == 0 || answer.version() == found);
        if (isRight) {
            count.right.increment();
        } else {
            count.fault(count.wrong, what + ": " + answer);
        }
    }

    private Answer ask(SoakServer.Life life, int model, long version, int protocol) throws Exception {
        return switch (protocol) {
            case 0 -> rest(life, "/v1/models/%s%s:predict", model, version, "{\"inputs\": [1.0, 1.0]}");
            case 1 ->
                rest(
                        life,
                        "/v2/models/%s%s/infer",
                        model,
                        version,
                        "{\"inputs\": [{\"name\": \"X\", \"shape\": [2], \"datatype\": \"FP32\", \"data\": [1.0, 1.0]}]}");
            case 2 -> predict(life, model, version);
            default -> infer(life, model, version);
        };
    }

    private Answer rest(SoakServer.Life life, String path, int model, long version, String body) throws Exception {
        String uri = "http://127.0.0.1:" + life.restPort()
                + path.formatted(SoakModels.name(model), version == 0 ? "" : "/versions/" + version);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(uri))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Matcher row = ROW.matcher(answer.body());
        if (answer.statusCode() != 200 || !row.find()) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return new Answer(Float.parseFloat(row.group(1)), Float.parseFloat(row.group(2)), 0);
    }

    private static Answer predict(SoakServer.Life life, int model, long version) {
        ModelSpec.Builder spec = ModelSpec.newBuilder().setName(SoakModels.name(model));
        if (version != 0) {
            spec.setVersion(Int64Value.of(version));
        }
        TensorProto ones = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(2)))
                .addAllFloatVal(List.of(1f, 1f))
                .build();
        PredictResponse answer = life.grpc()
                .call(
                        TFS,
                        PredictRequest.newBuilder()
                                .setModelSpec(spec)
                                .putInputs("X", ones)
                                .build(),
                        PredictResponse.getDefaultInstance());
        TensorProto found = answer.getOutputsOrThrow("Y");
        return new Answer(
                found.getFloatVal(0),
                found.getFloatVal(1),
                answer.getModelSpec().getVersion().getValue());
    }

    private static Answer infer(SoakServer.Life life, int model, long version) throws InvalidProtocolBufferException {
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName(SoakModels.name(model))
                .setModelVersion(version == 0 ? "" : Long.toString(version))
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(2)
                        .setContents(InferTensorContents.newBuilder().addAllFp32Contents(List.of(1f, 1f))))
                .build();
        ModelInferResponse answer = life.grpc().call(OIP, request, ModelInferResponse.getDefaultInstance());
        long said = Long.parseLong(answer.getModelVersion());
        if (answer.getRawOutputContentsCount() > 0) {
            ByteBuffer raw = ByteBuffer.wrap(answer.getRawOutputContents(0).toByteArray())
                    .order(ByteOrder.LITTLE_ENDIAN);
            return new Answer(raw.getFloat(0), raw.getFloat(4), said);
        }
        InferTensorContents found = answer.getOutputs(0).getContents();
        return new Answer(found.getFp32Contents(0), found.getFp32Contents(1), said);
    }
}

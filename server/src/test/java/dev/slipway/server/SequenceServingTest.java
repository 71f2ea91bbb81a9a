package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A model that sums up what a sequence sends, asked over every protocol that knows sequences. */
@Timeout(120)
class SequenceServingTest {
    private static final String SETTINGS = """
        sequence:
          idle: 1h
          max_sequences: 100
          controls: {START: start, CORRID: correlation_id}
          states:
            - {input: H, output: HN}
        """;
    private static final String TRITON = """
        name: "triton"
        platform: "onnxruntime_onnx"
        max_batch_size: 8
        sequence_batching {
          max_sequence_idle_microseconds: 3600000000
          direct { }
          control_input [
            { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0, 5 ] } ] },
            { name: "CORRID" control [ { kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_INT64 } ] }
          ]
          state [
            { input_name: "H" output_name: "HN" data_type: TYPE_FP32 dims: [ 1 ]
              initial_state: { data_type: TYPE_FP32 dims: [ 1 ] zero_data: true name: "zero" } }
          ]
        }
        """;

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SequenceServingTest::written);

    private static Path written() {
        try {
            byte[] model = TestModels.bytes("remembering");
            TestModels.write(models.resolve("yaml/1"), model);
            Files.writeString(models.resolve("yaml/slipway.yaml"), SETTINGS);
            TestModels.write(models.resolve("triton/1"), model);
            Files.writeString(models.resolve("triton/config.pbtxt"), TRITON);
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String body(String parameters, float... x) {
        StringBuilder data = new StringBuilder();
        for (float value : x) {
            data.append(data.isEmpty() ? "" : ", ").append(value);
        }
        return """
            {"id": "a", "parameters": {%s}, "inputs": [{"name": "X", "datatype": "FP32", "shape": [%d, 1], "data": [%s]}]}\
            """.formatted(parameters, x.length, data);
    }

    private static String infer(String model, String parameters, float... x) {
        return SERVER.post("/v2/models/" + model + "/infer", body(parameters, x))
                .body();
    }

    @Test
    void clientsDoNotSeeWhatTheServerFillsIn() {
        String metadata = SERVER.get("/v2/models/yaml").body();
        assertThat(metadata).contains("\"X\"", "\"Y\"", "\"BEGUN\"").doesNotContain("\"H\"", "\"HN\"", "\"START\"");
        assertThat(SERVER.get("/v2").body()).contains("\"sequence\"", "\"schedule_policy\"");
    }

    @Test
    void aSequenceOverRest() {
        assertThat(infer("yaml", "\"sequence_id\": 42, \"sequence_start\": true", 1, 10))
                .contains("\"data\":[2.0,20.0]", "\"data\":[1.0,1.0]", "\"data\":[42,42]")
                .doesNotContain("HN");
        assertThat(infer("yaml", "\"sequence_id\": 42", 1, 10)).contains("[4.0,40.0]", "[0.0,0.0]");
        assertThat(infer("yaml", "\"sequence_id\": 42, \"sequence_end\": true", 1, 10))
                .contains("[6.0,60.0]");
        assertThat(infer("yaml", "\"sequence_id\": 42", 1))
                .contains("inference request for sequence 42 to model 'yaml' must specify the START flag");
        assertThat(infer("yaml", "", 1)).contains("must specify a non-zero or non-empty correlation ID");
        assertThat(infer("yaml", "\"sequence_id\": \"text\", \"sequence_start\": true", 1))
                .contains("sequence_id is 'text' (expected: a whole number that INT64 holds");
    }

    @Test
    void aSequenceOverGenerate() {
        String path = "/v2/models/yaml/generate";
        assertThat(SERVER.post(path, "{\"X\": 1, \"sequence_id\": 30, \"sequence_start\": true}")
                        .body())
                .contains("\"Y\":2.0");
        assertThat(SERVER.post(path, "{\"X\": 1, \"parameters\": {\"sequence_id\": 30}}")
                        .body())
                .contains("\"Y\":4.0");
    }

    @Test
    void whatTritonsFileSaysHolds() {
        assertThat(infer("triton", "\"sequence_id\": 7, \"sequence_start\": true", 1))
                .contains("\"data\":[2.0]", "\"data\":[5.0]", "\"data\":[7]");
        assertThat(infer("triton", "\"sequence_id\": 7", 1)).contains("\"data\":[4.0]", "\"data\":[0.0]");
    }

    private static ModelInferRequest request(String model, long sequence, String id, float x, String... flags) {
        ByteBuffer raw = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, InferParameter> parameters = new HashMap<>();
        parameters.put(
                "sequence_id",
                InferParameter.newBuilder().setUint64Param(sequence).build());
        for (String flag : flags) {
            parameters.put(flag, InferParameter.newBuilder().setBoolParam(true).build());
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setId(id)
                .putAllParameters(parameters)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(raw.putFloat(x).flip()))
                .build();
    }

    private static float y(ModelInferResponse response) {
        for (int i = 0; i < response.getOutputsCount(); i++) {
            if (response.getOutputs(i).getName().equals("Y")) {
                return response.getRawOutputContents(i)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat();
            }
        }
        throw new AssertionError("no Y: " + response);
    }

    private static ModelInferResponse call(ModelInferRequest request) {
        return SERVER.grpc()
                .call("inference.GRPCInferenceService/ModelInfer", request, ModelInferResponse.getDefaultInstance());
    }

    @Test
    void aSequenceOverGrpc() {
        assertThat(y(call(request("yaml", 9, "", 3, "sequence_start")))).isEqualTo(6);
        assertThat(y(call(request("yaml", 9, "", 4)))).isEqualTo(14);
        assertThat(y(call(request("yaml", 9, "", 5, "sequence_end")))).isEqualTo(24);
    }

    /** A stream of a client of Triton's. */
    private static final class Stream extends ClientCall.Listener<ModelStreamInferResponse> {
        final BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();
        final ClientCall<ModelInferRequest, ModelStreamInferResponse> call;

        Stream(Metadata metadata) {
            call = SERVER.grpc().inferStream();
            call.start(this, metadata);
            call.request(1 << 20);
        }

        @Override
        public void onMessage(ModelStreamInferResponse message) {
            answers.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }

        ModelStreamInferResponse next() throws InterruptedException {
            ModelStreamInferResponse answer = answers.poll(30, TimeUnit.SECONDS);
            assertThat(answer).as("answer").isNotNull();
            return answer;
        }
    }

    @Test
    void requestsOfOneStreamRunInTheOrderOfTheirSequences() throws Exception {
        Stream stream = new Stream(new Metadata());
        int sequences = 20;
        int steps = 100;
        for (int step = 0; step < steps; step++) {
            for (int sequence = 1; sequence <= sequences; sequence++) {
                String[] flags = step == 0
                        ? new String[] {"sequence_start"}
                        : step == steps - 1 ? new String[] {"sequence_end"} : new String[0];
                stream.call.sendMessage(request("yaml", 1000 + sequence, sequence + ":" + step, step + 1, flags));
            }
        }
        int[] answered = new int[sequences + 1];
        for (int i = 0; i < sequences * steps; i++) {
            ModelStreamInferResponse answer = stream.next();
            assertThat(answer.getErrorMessage()).isEmpty();
            String[] id = answer.getInferResponse().getId().split(":", -1);
            int step = Integer.parseInt(id[1]);
            assertThat(step).as("in order").isEqualTo(answered[Integer.parseInt(id[0])]++);
            assertThat(y(answer.getInferResponse())).isEqualTo((step + 1) * (step + 2));
        }
        stream.call.halfClose();
        assertThat(stream.end.get(30, TimeUnit.SECONDS).isOk()).isTrue();
    }

    @Test
    void aStreamGoesOnAfterAnError() throws Exception {
        Stream stream = new Stream(new Metadata());
        stream.call.sendMessage(request("yaml", 77, "lost", 1));
        ModelStreamInferResponse error = stream.next();
        assertThat(error.getErrorMessage()).contains("must specify the START flag");
        assertThat(error.getInferResponse().getId()).isEqualTo("lost");
        stream.call.sendMessage(request("nobody", 77, "unknown", 1));
        assertThat(stream.next().getErrorMessage()).contains("model 'nobody' is unknown");

        stream.call.sendMessage(
                request("yaml", 77, "begun", 1, "sequence_start", "triton_enable_empty_final_response"));
        ModelInferResponse begun = stream.next().getInferResponse();
        assertThat(begun.getId()).isEqualTo("begun");
        assertThat(y(begun)).isEqualTo(2);
        assertThat(begun.getParametersMap().get("triton_final_response").getBoolParam())
                .isTrue();
        stream.call.halfClose();
        assertThat(stream.end.get(30, TimeUnit.SECONDS).isOk()).isTrue();
    }

    @Test
    void anErrorEndsTheStreamOfAClientThatAsksForThat() throws Exception {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER), "true");
        Stream stream = new Stream(metadata);
        stream.call.sendMessage(request("nobody", 1, "unknown", 1));
        assertThat(stream.end.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
}

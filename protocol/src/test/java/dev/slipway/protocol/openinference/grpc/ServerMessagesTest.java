package dev.slipway.protocol.openinference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.proto.inference.ModelMetadataRequest;
import dev.slipway.protocol.proto.inference.ModelMetadataResponse;
import dev.slipway.protocol.proto.inference.ModelReadyRequest;
import dev.slipway.protocol.proto.inference.ModelReadyResponse;
import dev.slipway.protocol.proto.inference.ServerLiveResponse;
import dev.slipway.protocol.proto.inference.ServerMetadataResponse;
import dev.slipway.protocol.proto.inference.ServerReadyResponse;
import dev.slipway.protocol.wire.Mutations;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerMessagesTest {
    @Test
    void readsWhichModelIsAskedFor() {
        byte[] ready = ModelReadyRequest.newBuilder()
                .setName("fraud")
                .setVersion("7")
                .build()
                .toByteArray();
        byte[] metadata =
                ModelMetadataRequest.newBuilder().setName("fraud").build().toByteArray();

        assertThat(ServerMessages.readModelReadyRequest(ByteBuffer.wrap(ready)))
                .isEqualTo(new Target("fraud", new VersionChoice.Exact(7), ""));
        assertThat(ServerMessages.readModelMetadataRequest(ByteBuffer.wrap(metadata)))
                .isEqualTo(new Target("fraud", VersionChoice.LATEST, ""));
        assertThatThrownBy(() -> ServerMessages.readModelReadyRequest(ByteBuffer.allocate(0)))
                .hasMessage("ModelReadyRequest has an empty model name (expected: a model's name)");
    }

    @Test
    void refusesNoiseByAnErrorCode() {
        Random random = new Random(20_261_121);
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] noise = Mutations.mutate(new byte[] {0x0a, 1, 'm', 0x12, 1, '7'}, random);
            try {
                ServerMessages.readModelMetadataRequest(ByteBuffer.wrap(noise));
            } catch (SlipwayException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 4_999);
    }

    @Test
    void answersLivenessAndReadiness() throws InvalidProtocolBufferException {
        assertThat(ServerLiveResponse.parseFrom(ServerMessages.writeServerLive(true))
                        .getLive())
                .isTrue();
        assertThat(ServerReadyResponse.parseFrom(ServerMessages.writeServerReady(false))
                        .getReady())
                .isFalse();
        assertThat(ModelReadyResponse.parseFrom(ServerMessages.writeModelReady(true))
                        .getReady())
                .isTrue();
    }

    @Test
    void saysWhoTheServerIs() throws InvalidProtocolBufferException {
        ServerMetadataResponse response = ServerMetadataResponse.parseFrom(
                ServerMessages.writeServerMetadata("slipway", "0.1.0", List.of("binary_tensor_data")));

        assertThat(response.getName()).isEqualTo("slipway");
        assertThat(response.getVersion()).isEqualTo("0.1.0");
        assertThat(response.getExtensionsList()).containsExactly("binary_tensor_data");
    }

    @Test
    void describesAModelByItsDefaultSignatureOrItsFirst() throws InvalidProtocolBufferException {
        TensorSpec input = new TensorSpec("x", DType.STRING, Shape.of(-1, 4));
        Signature signature = new Signature(
                Signature.DEFAULT,
                List.of(input),
                List.of(new TensorSpec("p", DType.MAP, Shape.of(-1)), new TensorSpec("y", DType.FP32, Shape.ANY)));

        ModelMetadataResponse response = describe(signature);

        assertThat(response.getName()).isEqualTo("fraud");
        assertThat(response.getVersionsList()).containsExactly("7", "6");
        assertThat(response.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(response.getInputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(response.getInputs(0).getShapeList()).containsExactly(-1L, 4L);
        assertThat(response.getOutputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(response.getOutputs(1).getShapeList()).containsExactly(-1L);
        assertThat(describe(new Signature("other", List.of(input), List.of()))
                        .getInputs(0)
                        .getName())
                .isEqualTo("x");
        assertThat(describe(new Signature("other", List.of(input), List.of())).getPropertiesMap())
                .containsExactly(Map.entry("sha256", "ab"));
    }

    private static ModelMetadataResponse describe(Signature signature) throws InvalidProtocolBufferException {
        ModelDescription description =
                new ModelDescription("onnxruntime_onnx", Map.of(signature.name(), signature), 0, Map.of());
        return ModelMetadataResponse.parseFrom(
                ServerMessages.writeModelMetadata("fraud", List.of("7", "6"), description, Map.of("sha256", "ab")));
    }
}

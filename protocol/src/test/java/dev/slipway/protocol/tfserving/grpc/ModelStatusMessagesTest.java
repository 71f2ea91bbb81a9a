package dev.slipway.protocol.tfserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Int64Value;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.proto.tensorflow.error.Code;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelStatusRequest;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelStatusResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.ModelVersionStatus;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelStatusMessagesTest {
    private static final SlipwayException BROKEN = new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "needs 2 GiB");
    private static final ModelStatus STATUS = new ModelStatus(
            "fraud",
            List.of(
                    version(6, VersionState.AVAILABLE, null),
                    version(7, VersionState.LOADING, null),
                    version(8, VersionState.QUARANTINED, BROKEN)),
            Map.of("stable", Split.of(6)),
            Map.of("canary", Split.of(7)),
            Map.of(),
            null);

    @Test
    void readsWhichModelIsAskedFor() {
        byte[] request = GetModelStatusRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName("fraud").setVersion(Int64Value.of(7)))
                .build()
                .toByteArray();

        assertThat(ModelStatusMessages.readRequest(ByteBuffer.wrap(request)))
                .isEqualTo(new Target("fraud", new VersionChoice.Exact(7), ""));
        assertThatThrownBy(() -> ModelStatusMessages.readRequest(ByteBuffer.allocate(0)))
                .hasMessage("GetModelStatusRequest has an empty model_spec.name (expected: a model's name)");
    }

    @Test
    void answersAllVersionsNewestFirst() throws InvalidProtocolBufferException {
        GetModelStatusResponse response = write(VersionChoice.LATEST);

        assertThat(response.getModelVersionStatusList())
                .extracting(ModelVersionStatus::getVersion)
                .containsExactly(8L, 7L, 6L);
        assertThat(response.getModelVersionStatus(0).getStatus().getErrorCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(response.getModelVersionStatus(0).getStatus().getErrorMessage())
                .isEqualTo("needs 2 GiB");
        assertThat(response.getModelVersionStatus(2).hasStatus()).isTrue();
        assertThat(response.getModelVersionStatus(2).getStatus().getErrorCode()).isEqualTo(Code.OK);
    }

    @Test
    void answersTheVersionThatIsAskedForByNumberOrLabel() throws InvalidProtocolBufferException {
        assertThat(write(new VersionChoice.Exact(7)).getModelVersionStatusList())
                .extracting(ModelVersionStatus::getVersion)
                .containsExactly(7L);
        assertThat(write(new VersionChoice.Label("stable")).getModelVersionStatusList())
                .extracting(ModelVersionStatus::getVersion)
                .containsExactly(6L);
    }

    @Test
    void saysWhichVersionsAndLabelsThereAre() {
        assertThatThrownBy(() -> write(new VersionChoice.Exact(9)))
                .hasMessage("model 'fraud' has no version 9 (available: 6, 7, 8)")
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThatThrownBy(() -> write(new VersionChoice.Label("canary")))
                .hasMessage("model 'fraud' has no label 'canary' (available: stable)")
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({
        "NEW, START",
        "LOADING, LOADING",
        "AVAILABLE, AVAILABLE",
        "UNLOADING, UNLOADING",
        "ENDED, END",
        "QUARANTINED, END"
    })
    void namesStatesAsThePeerDoes(VersionState state, ModelVersionStatus.State expected)
            throws InvalidProtocolBufferException {
        ModelStatus status = new ModelStatus("m", List.of(version(1, state, null)), Map.of(), Map.of(), Map.of(), null);

        GetModelStatusResponse response =
                GetModelStatusResponse.parseFrom(ModelStatusMessages.writeResponse(status, VersionChoice.LATEST));

        assertThat(response.getModelVersionStatus(0).getState()).isEqualTo(expected);
    }

    @Test
    void hasACodeForEveryErrorCode() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(Code.forNumber(code.grpcStatus())).hasToString(code.name());
        }
    }

    private static GetModelStatusResponse write(VersionChoice version) throws InvalidProtocolBufferException {
        return GetModelStatusResponse.parseFrom(ModelStatusMessages.writeResponse(STATUS, version));
    }

    private static VersionStatus version(long number, VersionState state, @Nullable SlipwayException error) {
        return new VersionStatus(number, state, Instant.EPOCH, "onnx", 0, error, null);
    }
}

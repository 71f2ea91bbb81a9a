package dev.slipway.protocol.tfserving;

import static dev.slipway.protocol.Tensors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.Statuses;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelJsonTest {
    private static final String VERSION_2 = "{\"version\":\"2\",\"state\":\"AVAILABLE\","
            + "\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}";

    @Test
    void writesTheStatusOfAllVersionsNewestFirst() {
        assertThat(text(ModelJson.status(Statuses.FRAUD, VersionChoice.LATEST)))
                .isEqualTo("{\"model_version_status\":[{\"version\":\"3\",\"state\":\"END\","
                        + "\"status\":{\"error_code\":\"INVALID_ARGUMENT\",\"error_message\":\"truncated\"}},"
                        + VERSION_2 + ",{\"version\":\"1\",\"state\":\"UNLOADING\","
                        + "\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}]}");
    }

    @Test
    void writesTheStatusOfOneVersion() {
        String expected = "{\"model_version_status\":[" + VERSION_2 + "]}";
        assertThat(text(ModelJson.status(Statuses.FRAUD, new VersionChoice.Exact(2))))
                .isEqualTo(expected);
        assertThat(text(ModelJson.status(Statuses.FRAUD, new VersionChoice.Label("stable"))))
                .isEqualTo(expected);
    }

    @Test
    void saysWhichVersionsAndLabelsThereAre() {
        assertThatThrownBy(() -> ModelJson.status(Statuses.FRAUD, new VersionChoice.Exact(9)))
                .hasMessage("model 'fraud' has no version 9 (available: 1, 2, 3)")
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThatThrownBy(() -> ModelJson.status(Statuses.FRAUD, new VersionChoice.Label("canary")))
                .hasMessage("model 'fraud' has no label 'canary' (available: stable)");
        assertThatThrownBy(() -> ModelJson.status(Statuses.LOST, new VersionChoice.Exact(1)))
                .hasMessage("model 'lost' has no version 1 (available: none)");
    }

    @Test
    void writesMetadataAsTensorFlowServingDoes() {
        assertThat(text(ModelJson.metadata("fraud", 2, Statuses.DESCRIPTION)))
                .isEqualTo("{\"model_spec\":{\"name\":\"fraud\",\"signature_name\":\"\",\"version\":\"2\"},"
                        + "\"metadata\":{\"signature_def\":{\"signature_def\":{\"serving_default\":{\"inputs\":{"
                        + "\"x\":{\"dtype\":\"DT_FLOAT\",\"tensor_shape\":{\"dim\":[{\"size\":\"-1\",\"name\":\"\"},"
                        + "{\"size\":\"4\",\"name\":\"\"}],\"unknown_rank\":false},\"name\":\"x\"},"
                        + "\"s\":{\"dtype\":\"DT_STRING\",\"tensor_shape\":{\"dim\":[],\"unknown_rank\":false},"
                        + "\"name\":\"s\"}},\"outputs\":{"
                        + "\"p\":{\"dtype\":\"DT_STRING\",\"tensor_shape\":{\"dim\":[{\"size\":\"-1\",\"name\":\"\"}],"
                        + "\"unknown_rank\":false},\"name\":\"p\"},"
                        + "\"any\":{\"dtype\":\"DT_BFLOAT16\",\"tensor_shape\":{\"dim\":[],\"unknown_rank\":true},"
                        + "\"name\":\"any\"}},\"method_name\":\"tensorflow/serving/predict\"}}}}}");
    }

    @Test
    void showsSharesHistoryAndMeasuredMemory() {
        Instant noon = Instant.parse("2026-11-21T12:00:00Z");
        VersionStatus version = new VersionStatus(
                8,
                VersionState.AVAILABLE,
                noon,
                "onnx",
                new VersionStatus.Memory(10, 12),
                null,
                null,
                List.of(new VersionStatus.Step(VersionState.LOADING, noon, "asked for")));
        ModelStatus model = new ModelStatus(
                "m",
                List.of(version),
                Map.of("champion", new Split(Map.of(7L, 95, 8L, 5))),
                Map.of(),
                Map.of("champion", "8 was slow"),
                null);

        assertThat(text(ModelJson.list(List.of(model))))
                .isEqualTo("{\"models\":[{\"name\":\"m\",\"versions\":[{\"version\":\"8\",\"state\":\"AVAILABLE\","
                        + "\"since\":\"2026-11-21T12:00:00Z\",\"format\":\"onnx\",\"size_bytes\":12,"
                        + "\"expected_bytes\":10,\"measured_bytes\":12,\"error_code\":\"OK\",\"error_message\":\"\","
                        + "\"history\":[{\"state\":\"LOADING\",\"since\":\"2026-11-21T12:00:00Z\",\"reason\":\"asked for\"}]}],"
                        + "\"labels\":{\"champion\":{\"7\":95,\"8\":5}},\"pending_labels\":{},"
                        + "\"rolled_back\":{\"champion\":\"8 was slow\"}}]}");
    }

    @Test
    void listsModelsWithAllThatIsKnown() {
        assertThat(text(ModelJson.list(List.of(Statuses.FRAUD, Statuses.LOST))))
                .isEqualTo("{\"models\":[{\"name\":\"fraud\",\"versions\":["
                        + "{\"version\":\"3\",\"state\":\"QUARANTINED\",\"since\":\"2026-11-21T12:00:00Z\","
                        + "\"format\":\"onnx\",\"size_bytes\":0,\"error_code\":\"INVALID_ARGUMENT\","
                        + "\"error_message\":\"truncated\",\"retry_at\":\"2026-11-21T12:00:05Z\"},"
                        + "{\"version\":\"2\",\"state\":\"AVAILABLE\",\"since\":\"2026-11-21T12:00:00Z\","
                        + "\"format\":\"onnx\",\"size_bytes\":123,\"error_code\":\"OK\",\"error_message\":\"\"},"
                        + "{\"version\":\"1\",\"state\":\"UNLOADING\",\"since\":\"2026-11-21T12:00:00Z\","
                        + "\"format\":\"onnx\",\"size_bytes\":10,\"error_code\":\"OK\",\"error_message\":\"\"}],"
                        + "\"labels\":{\"stable\":2},\"pending_labels\":{\"canary\":3}},"
                        + "{\"name\":\"lost\",\"versions\":[],\"labels\":{},\"pending_labels\":{},"
                        + "\"problem\":\"no such directory\"}]}");
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
    void namesStatesAsTensorFlowServingDoes(VersionState state, String name) {
        assertThat(ModelJson.state(state)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, DT_BOOL", "UINT8, DT_UINT8", "INT8, DT_INT8", "UINT16, DT_UINT16", "INT16, DT_INT16",
        "UINT32, DT_UINT32", "INT32, DT_INT32", "UINT64, DT_UINT64", "INT64, DT_INT64", "FP16, DT_HALF",
        "BF16, DT_BFLOAT16", "FP32, DT_FLOAT", "FP64, DT_DOUBLE", "STRING, DT_STRING", "MAP, DT_STRING"
    })
    void namesDtypesAsTensorFlowDoes(DType dtype, String name) {
        assertThat(DataTypes.name(dtype)).isEqualTo(name);
    }
}

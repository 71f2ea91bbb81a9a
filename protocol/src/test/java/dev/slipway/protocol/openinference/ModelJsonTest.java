package dev.slipway.protocol.openinference;

import static dev.slipway.protocol.Tensors.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.VersionState;
import dev.slipway.protocol.Statuses;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelJsonTest {
    @Test
    void writesTheServersMetadata() {
        assertThat(text(ModelJson.server("0.1.0", List.of("binary_tensor_data", "model_repository"))))
                .isEqualTo("{\"name\":\"slipway\",\"version\":\"0.1.0\","
                        + "\"extensions\":[\"binary_tensor_data\",\"model_repository\"]}");
    }

    @Test
    void writesAModelsMetadata() {
        assertThat(text(ModelJson.model(
                        "fraud", List.of("1", "2"), Statuses.DESCRIPTION, Map.of("sha256", "ab", "format", "onnx"))))
                .isEqualTo("{\"name\":\"fraud\",\"versions\":[\"1\",\"2\"],\"platform\":\"onnxruntime_onnx\","
                        + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,4]},"
                        + "{\"name\":\"s\",\"datatype\":\"BYTES\",\"shape\":[]}],"
                        + "\"outputs\":[{\"name\":\"p\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                        + "{\"name\":\"any\",\"datatype\":\"BF16\",\"shape\":[-1]}],"
                        + "\"properties\":{\"format\":\"onnx\",\"sha256\":\"ab\"}}");
    }

    @Test
    void describesTheFirstSignatureWhereNoneIsTheDefault() {
        ModelDescription description = new ModelDescription(
                "tensorflow_savedmodel", Map.of("other", new Signature("other", List.of(), List.of())), 0, Map.of());
        assertThat(text(ModelJson.model("m", List.of(), description, Map.of())))
                .isEqualTo("{\"name\":\"m\",\"versions\":[],\"platform\":\"tensorflow_savedmodel\","
                        + "\"inputs\":[],\"outputs\":[],\"properties\":{}}");
    }

    @Test
    void writesHealth() {
        assertThat(text(ModelJson.live(true))).isEqualTo("{\"live\":true}");
        assertThat(text(ModelJson.ready(false))).isEqualTo("{\"ready\":false}");
        assertThat(text(ModelJson.modelReady("a\"b", true))).isEqualTo("{\"name\":\"a\\\"b\",\"ready\":true}");
    }

    @Test
    void listsEveryVersionOfEveryModel() {
        assertThat(text(ModelJson.list(List.of(Statuses.FRAUD, Statuses.LOST))))
                .isEqualTo("{\"models\":["
                        + "{\"name\":\"fraud\",\"version\":\"1\",\"state\":\"UNLOADING\",\"reason\":\"\"},"
                        + "{\"name\":\"fraud\",\"version\":\"2\",\"state\":\"READY\",\"reason\":\"\"},"
                        + "{\"name\":\"fraud\",\"version\":\"3\",\"state\":\"UNAVAILABLE\",\"reason\":\"truncated\"},"
                        + "{\"name\":\"lost\",\"state\":\"UNAVAILABLE\",\"reason\":\"no such directory\"}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "NEW, LOADING",
        "LOADING, LOADING",
        "AVAILABLE, READY",
        "UNLOADING, UNLOADING",
        "ENDED, UNAVAILABLE",
        "QUARANTINED, UNAVAILABLE"
    })
    void namesStatesAsTritonDoes(VersionState state, String name) {
        assertThat(IndexEntry.state(state)).isEqualTo(name);
    }
}

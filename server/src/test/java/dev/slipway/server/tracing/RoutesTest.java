package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/models/fraud:predict, /v1/models/{model}:predict",
        "/v1/models/fraud/versions/7:classify, /v1/models/{model}/versions/{version}:classify",
        "/v1/models/fraud/labels/stable:predict, /v1/models/{model}/labels/{label}:predict",
        "/v1/models/fraud, /v1/models/{model}",
        "/v2/models/fraud/versions/7/infer, /v2/models/{model}/versions/{version}/infer",
        "/v2/models/fraud/generate, /v2/models/{model}/generate",
        "/predictions/fraud, /predictions/{model}",
        "/predictions/fraud/1.0, /predictions/{model}/{version}",
        "/slipway/v1/models/fraud/load, /slipway/v1/models/{model}/load",
        "/slipway/v1/operations/17, /slipway/v1/operations/{operation}",
        "/slipway/v1/operations/17/events, /slipway/v1/operations/{operation}/events",
        "/v2/systemsharedmemory/region/mine/register, /v2/systemsharedmemory/region/{region}/register",
        "/v2/systemsharedmemory/status, /v2/systemsharedmemory/status",
        "/v2/models/operations/infer, /v2/models/{model}/infer",
        "/v2/models/a%3Ab/infer, /v2/models/{model}/infer",
        "/invocations, /invocations",
        "/, /"
    })
    void namesStandForWhatDiffersFromModelToModel(String path, String route) {
        assertThat(Routes.of(path)).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8500, 127.0.0.1",
        "models.example, models.example",
        "models.example:443, models.example",
        "'[2001:db8:0:0:0:0:0:7]:41234', 2001:db8:0:0:0:0:0:7",
        "'[::1]', ::1",
        "unix, unix"
    })
    void addressesAreWithoutTheirPorts(String said, String address) {
        assertThat(Came.address(said)).isEqualTo(address);
    }
}

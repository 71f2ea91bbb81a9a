package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.tracing.TracingSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files and OpenTelemetry's variables say of traces. */
class TracingConfigTest {
    private static final Map<String, String> NOTHING = Map.of();

    private static TracingConfig parsed(String yaml) {
        return ConfigYaml.parse("slipway.yaml", yaml, Path.of("/")).start().tracing();
    }

    private static TracingSettings settings(TracingConfig config, String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return config.settings(environment);
    }

    @Test
    void aFileSaysAll() {
        TracingSettings settings = parsed("""
                tracing:
                  endpoint: http://collector:4318
                  service_name: fraud-serving
                  sample: 1%
                  trust_parent: off
                  max_per_second: 7
                  queue: 100
                  interval: 250ms
                """.replace("off", "false")).settings(NOTHING);
        assertThat(settings.collector().url()).isEqualTo(URI.create("http://collector:4318/v1/traces"));
        assertThat(settings.resource()).containsEntry("service.name", "fraud-serving");
        assertThat(settings.sample()).isEqualTo(0.01);
        assertThat(settings.trustsParent()).isFalse();
        assertThat(settings.perSecondMax()).isEqualTo(7);
        assertThat(settings.queue()).isEqualTo(new TracingSettings.Queue(100, 100, Duration.ofMillis(250)));
    }

    @Test
    void nothingIsTracedWhereNobodySaysWhereTo() {
        assertThat(TracingConfig.NONE.settings(NOTHING)).isNull();
        assertThat(parsed("tracing: {sample: 10%}").settings(NOTHING)).isNull();
        assertThat(settings(TracingConfig.NONE, "OTEL_SERVICE_NAME", "x")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://c:4318, http://c:4318/v1/traces",
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://c:4318/, http://c:4318/v1/traces",
        "OTEL_EXPORTER_OTLP_ENDPOINT, https://c/below, https://c/below/v1/traces",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, http://c:4318/own, http://c:4318/own"
    })
    void theEnvironmentSaysWhereTo(String name, String value, String url) {
        assertThat(settings(TracingConfig.NONE, name, value).collector().url()).isEqualTo(URI.create(url));
    }

    @Test
    void theEnvironmentSaysTheRestAndTheFileGoesBefore() {
        String[] variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318",
            "OTEL_EXPORTER_OTLP_HEADERS", "X-Tenant=a%20b,Authorization=Bearer x=y+z",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2500",
            "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
            "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod,service.name=other",
            "OTEL_SERVICE_NAME", "named",
            "OTEL_TRACES_SAMPLER", "traceidratio",
            "OTEL_TRACES_SAMPLER_ARG", "0.25",
            "OTEL_BSP_SCHEDULE_DELAY", "100"
        };
        TracingSettings said = settings(TracingConfig.NONE, variables);
        assertThat(said.collector().headers()).isEqualTo(Map.of("X-Tenant", "a b", "Authorization", "Bearer x=y+z"));
        assertThat(said.collector()).hasToString("http://c:4318/v1/traces");
        assertThat(said.collector().timeout()).isEqualTo(Duration.ofMillis(2500));
        assertThat(said.collector().isCompressed()).isTrue();
        assertThat(said.resource()).isEqualTo(Map.of("service.name", "named", "deployment.environment.name", "prod"));
        assertThat(said.sample()).isEqualTo(0.25);
        assertThat(said.trustsParent()).isFalse();
        assertThat(said.queue().interval()).isEqualTo(Duration.ofMillis(100));

        TracingSettings both = settings(
                parsed("tracing: {endpoint: 'http://d:1', service_name: file, sample: 0, trust_parent: true}"),
                variables);
        assertThat(both.collector().url()).isEqualTo(URI.create("http://d:1/v1/traces"));
        assertThat(both.resource()).containsEntry("service.name", "file");
        assertThat(both.sample()).isZero();
        assertThat(both.trustsParent()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        ", 1, true",
        "always_on, 1, false",
        "always_off, 0, false",
        "parentbased_always_on, 1, true",
        "parentbased_always_off, 0, true",
        "parentbased_traceidratio, 0.5, true",
        "traceidratio, 0.5, false"
    })
    void samplersAreTheStandardOnes(String name, double sample, boolean trustsParent) {
        TracingSettings settings = settings(
                TracingConfig.NONE,
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://c",
                "OTEL_TRACES_SAMPLER",
                name == null ? "" : name,
                "OTEL_TRACES_SAMPLER_ARG",
                "0.5");
        assertThat(settings.sample()).isEqualTo(sample);
        assertThat(settings.trustsParent()).isEqualTo(trustsParent);
    }

    @ParameterizedTest
    @CsvSource({"OTEL_SDK_DISABLED, true", "OTEL_TRACES_EXPORTER, none"})
    void theEnvironmentTurnsTracesOff(String name, String value) {
        assertThat(settings(parsed("tracing: {endpoint: 'http://c'}"), name, value))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, http/protobuf",
        "OTEL_TRACES_SAMPLER, jaeger_remote, parentbased_traceidratio",
        "OTEL_EXPORTER_OTLP_TIMEOUT, soon, a whole number",
        "OTEL_BSP_MAX_QUEUE_SIZE, 0, a whole number from 1",
        "OTEL_RESOURCE_ATTRIBUTES, hidden, is no list",
        "OTEL_EXPORTER_OTLP_HEADERS, a=%zz, is no list",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, c:4317, expected: a URL"
    })
    void aVariableThatCanNotBeUsedIsTold(String name, String value, String message) {
        assertThatThrownBy(() -> settings(TracingConfig.NONE, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c", name, value))
                .hasMessageStartingWith("OTEL_")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tracing: {endpoint: 'collector:4317'}",
                "tracing: {endpoint: 'http://user:secret@collector'}",
                "tracing: {sample: 101%}",
                "tracing: {sample: -1}",
                "tracing: {queue: 0}",
                "tracing: {interval: 0}",
                "tracing: {samples: 1}",
                "defaults: {trace_sample: often}",
                "models: {m: {path: /m, trace_sample: 2}}"
            })
    void whatIsWrongIsToldWithItsLine(String yaml) {
        assertThatThrownBy(() -> parsed(yaml))
                .hasMessageContaining("slipway.yaml:1: ")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void aModelsShareGoesBeforeItsDefaults() {
        ServingConfig serving =
                ConfigYaml.parse("slipway.yaml", """
                        defaults: {trace_sample: 10%}
                        models:
                          all: {path: /a, trace_sample: 1}
                          none: {path: /b, trace_sample: 0%}
                          some: {path: /c}
                          told: {path: /d, trace_sample: default}
                        """, Path.of("/")).serving();
        assertThat(serving.of("all").observed().traceSample()).isEqualTo(1.0);
        assertThat(serving.of("none").observed().traceSample()).isZero();
        assertThat(serving.of("some").observed().traceSample()).isEqualTo(0.1);
        assertThat(serving.of("told").observed().traceSample()).isNull();
    }

    @Test
    void aReloadThatChangesItIsRefusedWithBothValues() {
        StartConfig running = StartConfig.NONE.withTracing(parsed("tracing: {endpoint: 'http://a'}"));
        StartConfig changed = StartConfig.NONE.withTracing(parsed("tracing: {endpoint: 'http://b', sample: 0.5}"));
        assertThat(changed.differences(running))
                .containsExactly(
                        "tracing.endpoint: http://b (running: http://a)", "tracing.sample: 0.5 (running: not said)");
    }
}

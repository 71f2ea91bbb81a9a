package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.monitoring.log.HttpSink;
import dev.slipway.monitoring.log.ModelLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files say of the prediction log. */
class PredictionLogReaderTest {
    private static ConfigDocument parse(String text) {
        return ConfigYaml.parse("slipway.yaml", text, Path.of("/base"));
    }

    @Test
    void sinksAreNamedOnceAndModelsNameThem() {
        ConfigDocument document = parse("""
                repository: models
                prediction_log:
                  namespace: staging
                  buffer: 8MiB
                  sinks:
                    a: {type: jsonl, folder: log, rotate_size: 1MiB, keep: 3, compress: gzip}
                    b: {type: parquet, folder: /lake}
                    c: {type: http, url: 'https://host/x', mode: batch, bearer_token_file: token}
                    d: {type: kafka, brokers: ['k:9092'], topic: t, mode: structured, properties: {acks: 1}}
                defaults: {prediction_log: {sink: a}}
                models:
                  m: {prediction_log: {sink: d, sample: 10%, what: [response], redact: [ssn]}}
                  n: {prediction_log: none}
                """);
        PredictionLogConfig log = document.start().predictionLog();
        assertThat(log.namespace()).isEqualTo("staging");
        assertThat(log.bufferBytes()).isEqualTo(8 << 20);
        assertThat(log.sinks())
                .containsEntry(
                        "a",
                        new PredictionLogConfig.Files(
                                PredictionLogConfig.Form.JSONL, "/base/log", 1 << 20, Duration.ofDays(1), 3, true))
                .containsEntry(
                        "b",
                        new PredictionLogConfig.Files(
                                PredictionLogConfig.Form.PARQUET, "/lake", 128 << 20, Duration.ofMinutes(5), 0, false))
                .containsEntry(
                        "c",
                        new PredictionLogConfig.Http(
                                "https://host/x", HttpSink.Mode.BATCH, Duration.ofSeconds(10), "/base/token"))
                .containsEntry("d", new PredictionLogConfig.Kafka(List.of("k:9092"), "t", false, Map.of("acks", "1")));
        ServingConfig serving = document.serving();
        assertThat(serving.of("m").observed().predictionLog())
                .isEqualTo(new ModelLog("d", 0.1, Set.of(ModelLog.What.RESPONSE), Set.of("ssn")));
        assertThat(serving.of("n").observed().predictionLog()).isNull();
        assertThat(serving.of("other").observed().predictionLog())
                .isEqualTo(new ModelLog("a", 1, Set.of(ModelLog.What.values()), Set.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prediction_log: {sinks: {a: {type: jsonl}}} | a sink of files without a folder (expected: folder: DIR)",
                "prediction_log: {sinks: {a: {type: jsonl, folder: x, topic: t}}} | key 'topic' is not for type jsonl",
                "prediction_log: {sinks: {a: {type: csv, folder: x}}} | 'csv' (expected: one of jsonl, parquet, http, kafka)",
                "prediction_log: {sinks: {a: {type: http, url: 'ftp://x'}}} | url: 'ftp://x' (expected: http://HOST:PORT/PATH",
                "prediction_log: {sinks: {a: {type: kafka, topic: t}}} | kafka without brokers (expected: brokers: [HOST:PORT]",
                "{prediction_log: {sinks: {a: {type: jsonl, folder: x}}}, defaults: {prediction_log: {sink: b}}}"
                        + " | defaults.prediction_log.sink: 'b' (expected: one of prediction_log.sinks: a)",
                "prediction_log: {sinks: {a/b: {type: jsonl, folder: x}}} | sink 'a/b' (expected: a name of",
                "prediction_log: {sinks: {'..': {type: jsonl, folder: x}}} | sink '..' (expected: a name of",
                "prediction_log: {buffer: 0} | buffer: 0 (expected: a size from 1B)",
                "prediction_log: {sinks: {a: {type: http, url: 'http://x', timeout: 0}}} | timeout: 0 (expected: a time",
                "defaults: {prediction_log: {sink: a, sample: 200%}} | (expected: a share such as 10% or 0.1",
                "defaults: {prediction_log: {sink: a, what: [all]}} | 'all' (expected: request or response)",
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> parse(text)).hasMessageContaining(message);
    }

    @Test
    void whatAnyLevelLeavesOutIsLeftOut() {
        ServingConfig serving = parse("""
                repository: models
                prediction_log: {sinks: {a: {type: jsonl, folder: log}, b: {type: jsonl, folder: log}}}
                defaults: {prediction_log: {sink: a, sample: 50%, redact: [ssn]}}
                models:
                  m: {prediction_log: {sink: b, redact: [card]}}
                  n: {prediction_log: none}
                  o: {required: true}
                """).serving();
        Set<ModelLog.What> both = Set.of(ModelLog.What.values());
        ModelConfig own = own("prediction_log: {sink: a, redact: [name]}");
        assertThat(serving.of("m", own).observed().predictionLog())
                .isEqualTo(new ModelLog("b", 1, both, Set.of("card", "name", "ssn")));
        assertThat(serving.of("o", own).observed().predictionLog())
                .isEqualTo(new ModelLog("a", 1, both, Set.of("name", "ssn")));
        assertThat(serving.of("n", own).observed().predictionLog()).isNull();
        assertThat(serving.of("o", own("prediction_log: none")).observed().predictionLog())
                .isNull();
        assertThat(serving.of("unnamed", own).observed().predictionLog())
                .isEqualTo(new ModelLog("a", 1, both, Set.of("name", "ssn")));
        assertThat(serving.of("unnamed", own("prediction_log: none")).observed().predictionLog())
                .isNull();
        // What is said of a model is written as it was said.
        assertThat(serving.of("m").observed().predictionLog()).isEqualTo(new ModelLog("b", 1, both, Set.of("card")));
        assertThat(serving.of("m", own).said()).isEqualTo(serving.of("m").said());
    }

    private static ModelConfig own(String text) {
        return ConfigYaml.parseModel("slipway.yaml", text, Path.of("/base/models/m"));
    }

    @Test
    void differencesNameTheSinkAndNotWhatMayBeSecret() {
        StartConfig running = parse("prediction_log: {sinks: {}}").start();
        StartConfig next = parse("prediction_log: {sinks: {k: {type: kafka, brokers: ['k:1'], topic: t,"
                        + " properties: {sasl.jaas.config: hidden}}}}")
                .start();
        assertThat(next.differences(running))
                .singleElement()
                .satisfies(difference -> assertThat(difference)
                        .startsWith("prediction_log.sinks.k: Kafka[")
                        .contains("sasl.jaas.config")
                        .doesNotContain("hidden"));
        next = parse("prediction_log: {sinks: {w: {type: http, url: 'https://me:hidden@host:8443/x?key=hidden'}}}")
                .start();
        assertThat(next.differences(running))
                .singleElement()
                .satisfies(difference -> assertThat(difference)
                        .startsWith("prediction_log.sinks.w: Http[url=https://host:8443/x,")
                        .doesNotContain("hidden"));
    }
}

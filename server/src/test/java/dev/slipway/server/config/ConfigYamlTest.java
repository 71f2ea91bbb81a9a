package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.RollbackBounds;
import dev.slipway.core.traffic.Shadow;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.server.config.ServerOptions.MorePort;
import dev.slipway.server.transport.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigYamlTest {
    private static final Path BASE = Path.of("/srv/conf");

    private static ConfigDocument parse(String text) {
        return ConfigYaml.parse("slipway.yaml", text, BASE);
    }

    private static List<String> faults(String text) {
        SlipwayException fault = catchThrowableOfType(SlipwayException.class, () -> parse(text));
        assertThat(fault).as("no fault in: " + text).isNotNull();
        assertThat(fault.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        return fault.getMessage().lines().toList();
    }

    @Test
    void aSocketAndPagesFromElsewhereAreWaysInToo() {
        assertThat(ConfigYaml.parse(
                                "slipway.yaml",
                                "listeners: {socket: run/slipway.sock, cors: true}",
                                Path.of("/srv/conf"))
                        .start()
                        .network()
                        .access())
                .isEqualTo(new Access(Path.of("/srv/conf/run/slipway.sock"), true));
    }

    @Test
    void readsWhatTheDocumentationShows() {
        ConfigDocument document = parse("""
                listeners: {host: 127.0.0.1, port: 9000, rest_port: 0}
                limits:
                  request_timeout: 5s
                  compute_threads: 4
                  load_retries: forever
                memory: {budget: 8GiB}
                state_dir: state
                repository: models
                poll_interval: 10s
                settle_time: 500ms
                models:
                  fraud:
                    path: ../fraud
                    versions: [7, 8]
                    labels: {stable: 7, champion: {7: 95, 8: 5}}
                    default_label: champion
                    required: true
                    loading: on_demand
                    pinned: yes please
                """.replace("yes please", "true") + """
                    version_policy: resource
                    warm_up: {requests: warm.json, runs: 3}
                    batching: {mode: on, allowed_sizes: [1, 8, 32], timeout: 2ms, latency_objective: 0.5ms, max_queued: 9, adaptive_limit: true}
                    sticky: {header: X-User}
                    shadow: {version: 8, share: 10%, tolerance: 0.001}
                    rollback: {window: 5m, min_requests: 50, error_rate: 0.01, p99_ratio: 1.5}
                  digits: {versions: {latest: 2}}
                """);
        assertThat(document.start().network())
                .isEqualTo(new ServerOptions.Network(
                        "127.0.0.1", 9000, 0, Duration.ofSeconds(5), ServerOptions.Network.DEFAULT.drainTimeout()));
        assertThat(document.start().limits().threads().compute()).isEqualTo(4);
        assertThat(document.start().limits().retries()).isEqualTo(-1);
        assertThat(document.start().stateFolder()).isEqualTo("/srv/conf/state");
        ServingConfig serving = document.serving();
        assertThat(serving.repository()).isEqualTo("/srv/conf/models");
        assertThat(serving.memoryBudgetBytes()).isEqualTo(8L << 30);
        assertThat(serving.poll()).isEqualTo(Duration.ofSeconds(10));
        assertThat(serving.settleTime()).isEqualTo(Duration.ofMillis(500));
        ModelConfig fraud = serving.of("fraud");
        assertThat(fraud.location()).isEqualTo("/srv/fraud");
        assertThat(fraud.versions()).isEqualTo(new VersionSelection.Specific(Set.of(7L, 8L)));
        assertThat(fraud.isRequired()).isTrue();
        assertThat(fraud.lifecycle())
                .isEqualTo(new ModelSettings(
                        Map.of("stable", Split.of(7), "champion", new Split(Map.of(7L, 95, 8L, 5))),
                        ModelSettings.Residency.ON_DEMAND,
                        true,
                        false,
                        Policies.RESOURCE));
        assertThat(fraud.traffic())
                .isEqualTo(new TrafficSettings(
                        "champion",
                        new TrafficSettings.Sticky(TrafficSettings.Sticky.Source.HEADER, "x-user"),
                        new Shadow(8, 0.1, 0.001),
                        new RollbackBounds(Duration.ofMinutes(5), 50, 0.01, 1.5)));
        assertThat(fraud.warmUp()).isEqualTo(new WarmUpConfig(true, "warm.json", 3));
        assertThat(fraud.batching().joining())
                .isEqualTo(new Joining(
                        Joining.Mode.TRUSTED,
                        32,
                        Duration.ofMillis(2),
                        new BatchSizes(List.of(1, 8, 32), List.of(), false),
                        true));
        assertThat(fraud.batching().latencyObjective()).isEqualTo(Duration.ofNanos(500_000));
        assertThat(fraud.batching().isAdaptive()).isTrue();
        assertThat(fraud.batching().queueing().levels().get(0).requestsMax()).isEqualTo(9);
        assertThat(serving.of("digits").versions()).isEqualTo(new VersionSelection.Latest(2));
        assertThat(serving.of("digits").said()).containsExactly(ModelKey.VERSIONS);
    }

    @Test
    void aFileThatSaysNothingIsTheDefault() {
        ConfigDocument nothing = parse("# nothing\n");
        assertThat(nothing.serving().models()).isEmpty();
        assertThat(nothing.start()).isEqualTo(StartConfig.NONE);
        assertThat(nothing.start().network())
                .isEqualTo(ServerOptions.Network.DEFAULT.withMore(List.of(
                        new MorePort(PortKind.INFERENCE, "--inference_port", 8080),
                        new MorePort(PortKind.MANAGEMENT, "--management_port", 8081))));
    }

    @Test
    void modelsTakeFromTheDefaultsWhatTheyDoNotSay() {
        ServingConfig serving = parse("""
                repository: models
                defaults: {loading: on_demand, rollback: {window: 1m}, batching: {mode: off}, version_policy: resource}
                models:
                  a: {rollback: none, batching: default, version_policy: default}
                  b: {loading: preload}
                """).serving();
        assertThat(serving.of("unnamed").lifecycle().residency()).isEqualTo(ModelSettings.Residency.ON_DEMAND);
        assertThat(serving.of("a").lifecycle().residency()).isEqualTo(ModelSettings.Residency.ON_DEMAND);
        assertThat(serving.of("a").traffic().rollback()).isNull();
        assertThat(serving.of("a").batching()).isNull();
        assertThat(serving.of("a").lifecycle().policy()).isNull();
        assertThat(serving.of("b").traffic().rollback().window()).isEqualTo(Duration.ofMinutes(1));
        assertThat(serving.of("b").lifecycle().residency()).isEqualTo(ModelSettings.Residency.PRELOADED);
        assertThat(serving.of("b").said()).containsExactly(ModelKey.LOADING);
    }

    @Test
    void tellsAllFaultsAtOnceEachWithItsLine() {
        assertThat(faults("""
                repositry: models
                poll_interval: soon
                models:
                  fraud:
                    path: /m/fraud
                    lables: {stable: 7}
                    versions: newest
                    pinned: maybe
                    batching:
                      mode: fast
                      max_rows: -1
                      allowed_sizes: [8, 4]
                    shadow: {share: 10%}
                    zzzzzzzzzzzzzzz: 1
                  "a/b": {path: x}
                """))
                .containsExactly(
                        "slipway.yaml:1: unknown key 'repositry' (nearest: repository)",
                        "slipway.yaml:2: poll_interval: 'soon' (expected: a time such as 30s, once, or notices)",
                        "slipway.yaml:6: unknown key 'lables' (nearest: labels)",
                        "slipway.yaml:7: models.fraud.versions: 'newest' (expected: latest, all, {latest: 2}, or"
                                + " versions such as [3, 7])",
                        "slipway.yaml:8: models.fraud.pinned: 'maybe' (expected: true or false)",
                        "slipway.yaml:10: models.fraud.batching.mode: 'fast' (expected: one of learnt, on, off)",
                        "slipway.yaml:11: models.fraud.batching.max_rows: -1 (expected: a whole number from 0)",
                        "slipway.yaml:12: models.fraud.batching.allowed_sizes: [8, 4] (expected: whole numbers from 1,"
                                + " rising, such as [1, 8, 32])",
                        "slipway.yaml:13: models.fraud.shadow: a map (expected: {version: 8, share: 10%}, or none)",
                        "slipway.yaml:14: unknown key 'zzzzzzzzzzzzzzz' (expected: one of path, versions, labels,"
                                + " default_label, required, loading, pinned, unloaded, version_policy, warm_up,"
                                + " batching, sticky, output, shadow, rollback, input, classes, preset, sequence, deterministic, signature, parameters, require_signed, limits, trace_sample, prediction_log)",
                        "slipway.yaml:15: models.a/b: model name 'a/b' (expected: not empty, without '/' and ':')");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            models: {m: {path: x, labels: {a: seven}}}      | 1: models.m.labels.a: 'seven' (expected: a version such as 7, or
            models: {m: {path: x, labels: {a: {7: 0}}}}     | 1: models.m.labels.a: a map (expected: a version such as 7, or
            models: {m: {path: x, labels: {a: {x: 1}}}}     | 1: models.m.labels.a.x: 'x' is no version (expected
            models: {m: {path: x, labels: {a: {7: -1}}}}    | 1: models.m.labels.a.7: -1 (expected: a whole number from 0
            models: {m: {path: x, labels: {a: 1.5}}}        | 1: models.m.labels.a: 1.5 (expected: a version
            models: {m: {path: x, versions: []}}            | 1: models.m.versions: [] (expected: latest, all
            models: {m: {path: x, versions: {latest: 0}}}   | 1: models.m.versions.latest: 0 (expected: a whole number from 1
            models: {m: {path: x, versions: {latest: 1, last: 2}}} | 1: unknown key 'last' (nearest: latest)
            models: {m: {path: x, default_label: b}}        | 1: models.m.default_label: 'b' (expected: one of its labels
            models: {m: {path: x, sticky: {}}}              | 1: models.m.sticky: a map (expected: {header: NAME} or
            models: {m: {path: x, shadow: {version: 1, share: 0%}}}  | shadow.share: '0%' (expected: a share such as
            models: {m: {path: x, shadow: {version: 1, share: 1.5}}} | shadow.share: 1.5 (expected: a share such as
            models: {m: {path: x, rollback: {window: 0}}}   | rollback.window: 0 (expected: a time such as 500ms, 30s or 5m, above 0
            models: {m: {path: x, rollback: {error_rate: 2}}} | rollback.error_rate: 2 (expected: a number from 0 to 1)
            models: {m: {path: x, batching: fast}}          | 1: models.m.batching: 'fast' (expected: keys such as mode
            models: {m: {path: x, batching: {max_rows: 4, allowed_sizes: [2]}}}  | [2] (expected: the last one to be max_rows, 4)
            models: {m: {path: x, batching: {max_rows: 4, preferred_sizes: [8]}}} | [8] (expected: the last one to be at most 4)
            models: {m: {}}                                 | 1: models.m: neither a path nor a repository
            models: {m: 7}                                  | 1: models.m: 7 (expected: keys of a model
            models: {m: }                                   | 1: models.m: nothing (expected: keys of a model
            models: [m]                                     | 1: models: ['m'] (expected: models by name)
            listeners: {port: 70000}                        | 1: listeners.port: 70000 (expected: a port, 0 to 65535)
            limits: {request_timeout: 5}                    | 1: limits.request_timeout: 5 (expected: a time such as
            limits: {load_retries: often}                   | 1: limits.load_retries: 'often' (expected: a whole number from 0, or forever)
            memory: {budget: lots}                          | 1: memory.budget: 'lots' (expected: a size such as 512MiB
            memory: {budget: 8GB}                           | 1: memory.budget: '8GB' (expected: a size such as 512MiB
            defaults: {path: x}                             | 1: key 'path' is not for here
            repository: 7                                   | 1: repository: 7 (expected: a path or URL)
            - a                                             | 1: ['a'] (expected: keys such as repository
            just text                                       | 1: 'just text' (expected: keys such as repository
            """)
    void saysWhatWasFoundAndExpected(String text, String part) {
        assertThat(faults(text))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("slipway.yaml:1: ")
                .contains(part);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: [1",
                "a: 'b",
                "\tx: 1",
                "a: b: c",
                "--- 1\n--- 2\n",
                "a: !!java.net.URL [x]",
                "poll_interval: !!str 3s\nrepository: !foo x",
                "repository: x\nrepository: y",
                "a: *nobody",
                "{a: 1, [b]: 2}"
            })
    void refusesWhatIsNoPlainYaml(String text) {
        assertThat(faults(text).get(0)).startsWith("slipway.yaml:");
    }

    @Test
    void aliasesMayNotStandForTooMuch() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 25; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(faults(laughs.toString()).get(0)).contains("more than").contains("values");
        assertThat(faults("a: &a [*a]").get(0)).contains("an alias that stands for what it lies in");
        assertThat(faults("[".repeat(100) + "]".repeat(100)).get(0)).contains("slipway.yaml");
        assertThat(faults("# " + "x".repeat(1 << 20)).get(0)).contains("slipway.yaml");
        assertThat(parse("models: {a: &m {path: x}, b: *m}").serving().models()).containsOnlyKeys("a", "b");
    }

    @Test
    void noMoreFaultsAreShownThanAnybodyReads() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append("nobody%d: 1\n".formatted(i));
        }
        assertThat(faults(text.toString())).hasSize(51).last().isEqualTo("slipway.yaml: and 50 more");
    }

    @Test
    void onAndOffAreWordsAndUrlsStay() {
        ServingConfig serving = parse("""
                models:
                  m: {path: "s3://bucket/m", batching: {mode: off}}
                  n: {path: https://example.com/n.tar.gz, labels: {on: 1}}
                """).serving();
        assertThat(serving.of("m").location()).isEqualTo("s3://bucket/m");
        assertThat(serving.of("m").batching().joining().mode()).isEqualTo(Joining.Mode.OFF);
        assertThat(serving.of("n").lifecycle().labels()).containsOnlyKeys("on");
    }

    @Test
    void theFileBesideAModelHasAModelsKeysLessItsPath() {
        ModelConfig own = ConfigYaml.parseModel("m/slipway.yaml", "pinned: true\nversions: all\n", BASE);
        assertThat(own.said()).containsExactly(ModelKey.VERSIONS, ModelKey.PINNED);
        assertThatThrownBy(() -> ConfigYaml.parseModel("m/slipway.yaml", "path: x\nlabls: {}\n", BASE))
                .hasMessage("m/slipway.yaml:1: key 'path' is not for here (expected: a model's keys less path)\n"
                        + "m/slipway.yaml:2: unknown key 'labls' (nearest: labels)");
    }

    @Test
    void whatTheServersFileSaysOfAModelGoesBeforeTheFileBesideIt() {
        ServingConfig serving = parse("""
                repository: models
                defaults: {required: true, loading: on_demand}
                models:
                  m: {pinned: false, labels: {a: 1}}
                """).serving();
        ModelConfig own =
                ConfigYaml.parseModel("own", "pinned: true\nlabels: {b: 2}\nloading: preload\nunloaded: true\n", BASE);
        ModelConfig both = serving.of("m").over(own);
        assertThat(both.lifecycle().isPinned()).as("said, though as by default").isFalse();
        assertThat(both.lifecycle().labels()).containsOnlyKeys("a");
        assertThat(both.lifecycle().residency()).isEqualTo(ModelSettings.Residency.PRELOADED);
        assertThat(both.lifecycle().isUnloaded()).isTrue();
        assertThat(both.isRequired()).isTrue();
        assertThat(serving.of("other").over(own).lifecycle().labels()).containsOnlyKeys("b");
    }

    @Test
    void theSchemasThatTheServerChecksWithAreThoseInTheDocumentation() throws IOException {
        for (String name : List.of("slipway.schema.json", "slipway-model.schema.json", "slipway-access.schema.json")) {
            Path shown = Path.of(System.getProperty("slipway.root"), "docs", name);
            assertThat(ConfigSchema.text(name)).isEqualTo(Files.readString(shown));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "30s, PT30S",
        "5m, PT5M",
        "1.5h, PT1H30M",
        "2d, PT48H",
        "0, PT0S",
        "250us, PT0.00025S",
        "1 s, PT1S"
    })
    void timesAreReadAsPeopleWriteThem(String text, Duration time) {
        assertThat(Quantities.time(text)).contains(time);
        assertThat(Quantities.time(Quantities.print(time))).contains(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 minutes", "-1s", "1e3s", "0.1ns", "99999999999999999d", "s", "5M"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(Quantities.time(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"8GiB, 8589934592", "512MiB, 536870912", "1024, 1024", "1.5KiB, 1536", "0, 0", "7 B, 7"})
    void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(Quantities.size(text)).contains(bytes);
        assertThat(Quantities.size(Quantities.printSize(bytes))).contains(bytes);
    }

    @Test
    void readsWhoMaySignModels() {
        ConfigDocument document = ConfigYaml.parse("slipway.yaml", """
                require_signed: true
                trusted_keys: [keys/release.pub.pem]
                models:
                  free: {path: free, require_signed: false}
                  other: {path: other}
                """, Path.of("/etc/slipway"));

        assertThat(document.start().signing())
                .isEqualTo(new SigningConfig(true, List.of("/etc/slipway/keys/release.pub.pem")));
        assertThat(document.serving().of("free").form().requireSigned()).isFalse();
        assertThat(document.serving().of("other").form().requireSigned()).isNull();
    }

    @Test
    void signaturesAreRequiredOnlyWhereSomebodyCanSign() {
        assertThatThrownBy(() -> ConfigYaml.parse("slipway.yaml", "require_signed: true\n", Path.of("/")))
                .hasMessageContaining("slipway.yaml:1: require_signed without trusted_keys");
    }

    @Test
    void theFileBesideAModelDoesNotSayWhetherItIsSigned() {
        assertThatThrownBy(() -> ConfigYaml.parseModel("m/slipway.yaml", "require_signed: false\n", Path.of("/")))
                .hasMessageContaining("m/slipway.yaml:1: key 'require_signed' is not for here");
    }
}

package dev.slipway.server.config;

import static dev.slipway.core.batching.Joining.Mode.LEARNT;
import static dev.slipway.core.batching.Joining.Mode.OFF;
import static dev.slipway.core.batching.Joining.Mode.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.QueuePolicy.OnTimeout;
import dev.slipway.core.batching.Queueing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the parameters of TensorFlow Serving and Triton mean here. */
class BatchingSettingsTest {
    private static final Duration OBJECTIVE = Duration.ofMillis(20);

    private static BatchingParameters tensorFlow(String text) {
        return TensorFlowBatching.parse("b.txt", text, OBJECTIVE);
    }

    private static BatchingParameters triton(String text) {
        return TritonBatching.parse("m/config.pbtxt", text, OBJECTIVE);
    }

    @Test
    void takesAllOfTensorFlowServingsParameters() {
        assertThat(tensorFlow("""
                        max_batch_size { value: 32 }
                        batch_timeout_micros { value: 1500 }
                        max_enqueued_batches { value: 100 }
                        num_batch_threads { value: 3 }
                        thread_pool_name { value: "batch" }
                        allowed_batch_sizes: 4
                        allowed_batch_sizes: 32
                        pad_variable_length_inputs: true
                        """))
                .isEqualTo(new BatchingParameters(
                        new Joining(
                                TRUSTED,
                                32,
                                Duration.ofNanos(1_500_000),
                                new BatchSizes(List.of(4, 32), List.of(), true),
                                false),
                        new Queueing(List.of(new QueuePolicy(3200, Duration.ZERO, OnTimeout.REJECT, true)), 1),
                        OBJECTIVE,
                        3));
    }

    @Test
    void keepsTensorFlowServingsDefaults() {
        assertThat(tensorFlow(""))
                .isEqualTo(new BatchingParameters(
                        new Joining(TRUSTED, 1000, Duration.ZERO, BatchSizes.ANY, false),
                        new Queueing(List.of(new QueuePolicy(10_000, Duration.ZERO, OnTimeout.REJECT, true)), 1),
                        OBJECTIVE,
                        0));
    }

    @Test
    void runsLargeRequestsInPartsOfTheExecutedSize() {
        Joining joining = tensorFlow("""
                max_batch_size { value: 64 } enable_large_batch_splitting { value: true }
                max_execution_batch_size { value: 16 } allowed_batch_sizes: [8, 16]
                """).joining();
        assertThat(joining.rowsMax()).isEqualTo(16);
        assertThat(joining.splitsLarge()).isTrue();
        assertThat(tensorFlow("max_batch_size { value: 64 } enable_large_batch_splitting { value: true }")
                        .joining()
                        .rowsMax())
                .isEqualTo(64);
        assertThat(tensorFlow("max_batch_size { value: 64 } max_execution_batch_size { value: 16 }")
                        .joining()
                        .rowsMax())
                .as("without splitting it counts for nothing, as there")
                .isEqualTo(64);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            max_batch_size { value: 0 }                                    | line 2: max_batch_size: 0 (expected: 1 to 2147483647)
            max_batch_size { }                                             | line 2: max_batch_size: 0 (expected: 1 to 2147483647)
            max_batch_size { value: 3000000000 }                           | line 2: max_batch_size: 3000000000
            max_enqueued_batches { value: -1 }                             | line 2: max_enqueued_batches: -1
            num_batch_threads { value: 0 }                                 | line 2: num_batch_threads: 0
            batch_timeout_micros { value: -1 }                             | line 2: batch_timeout_micros: -1 (expected: >= 0)
            allowed_batch_sizes: [2, 2, 1000]                              | line 2: allowed_batch_sizes: [2, 2, 1000] (expected: >= 1, rising)
            allowed_batch_sizes: [0, 1000]                                 | line 2: allowed_batch_sizes: [0, 1000] (expected: >= 1, rising)
            allowed_batch_sizes: [2, 8]                                    | line 2: allowed_batch_sizes: the last is 8 (expected: max_batch_size, 1000)
            allowed_batch_sizes: [2, 9000000000]                           | line 2: allowed_batch_sizes: the last is 9000000000
            max_batch_size: 32                                             | line 2, column 17
            max_bach_size { value: 1 }                                     | line 2, column 1: unknown field 'max_bach_size' (nearest: max_batch_size;
            """)
    void namesWhatIsWrongInTensorFlowServingsFile(String line, String problem) {
        assertThatThrownBy(() -> tensorFlow("# first\n" + line))
                .hasMessageStartingWith("b.txt, ")
                .hasMessageContaining(problem);
    }

    @Test
    void refusesAnExecutedSizeAboveTheLargestRequest() {
        assertThatThrownBy(() -> tensorFlow(
                        "enable_large_batch_splitting { value: true }\n" + "max_execution_batch_size { value: 1001 }"))
                .hasMessage("b.txt, line 2: max_execution_batch_size: 1001 (expected: at most max_batch_size, 1000)");
    }

    @Test
    void takesAllOfTritonsParameters() {
        assertThat(triton("""
                        max_batch_size: 16
                        dynamic_batching {
                          preferred_batch_size: [ 8, 4 ]
                          max_queue_delay_microseconds: 100
                          preserve_ordering: true
                          priority_levels: 3
                          default_priority_level: 2
                          default_queue_policy {
                            timeout_action: DELAY default_timeout_microseconds: 2000 allow_timeout_override: true
                            max_queue_size: 7
                          }
                          priority_queue_policy { key: 3 value { max_queue_size: 1 } }
                        }
                        instance_group [ { count: 2 kind: KIND_CPU }, { kind: KIND_CPU }, { count: 9 passive: true } ]
                        parameters { key: "slipway.latency_objective_ms" value { string_value: "12.5" } }
                        parameters { key: "slipway.adaptive_limit" value { string_value: "true" } }
                        parameters { key: "other" value { string_value: "x" } }
                        """))
                .isEqualTo(new BatchingParameters(
                        new Joining(
                                TRUSTED,
                                16,
                                Duration.ofNanos(100_000),
                                new BatchSizes(List.of(), List.of(4, 8), false),
                                false),
                        new Queueing(
                                List.of(
                                        new QueuePolicy(7, Duration.ofMillis(2), OnTimeout.DELAY, true),
                                        new QueuePolicy(7, Duration.ofMillis(2), OnTimeout.DELAY, true),
                                        new QueuePolicy(1, Duration.ZERO, OnTimeout.REJECT, false)),
                                2),
                        Duration.ofNanos(12_500_000),
                        3,
                        true));
    }

    @ParameterizedTest(name = "{0}: {1}, {2} rows")
    @CsvSource(delimiter = '|', textBlock = """
            name: 'm'                                | LEARNT  | 0
            max_batch_size: 0                        | OFF     | 0
            max_batch_size: 0 dynamic_batching { }   | OFF     | 0
            max_batch_size: 8                        | OFF     | 8
            max_batch_size: 8 sequence_batching { }  | TRUSTED | 8
            max_batch_size: 8 dynamic_batching { }   | TRUSTED | 8
            dynamic_batching { }                     | TRUSTED | 0
            """)
    void joinsWhatTritonWouldJoin(String text, Joining.Mode mode, int rowsMax) {
        Joining joining = triton(text).joining();
        assertThat(joining.mode()).isEqualTo(mode);
        assertThat(joining.rowsMax()).isEqualTo(rowsMax);
        assertThat(mode == LEARNT || mode == OFF && rowsMax == 0 || !joining.splitsLarge())
                .as("Triton refuses what is too large")
                .isTrue();
        assertThat(triton(text).latencyObjective()).isEqualTo(OBJECTIVE);
    }

    @Test
    void boundsWhatTritonLeavesUnbounded() {
        assertThat(triton("dynamic_batching { }").queueing().levels())
                .containsExactly(
                        new QueuePolicy(QueuePolicy.DEFAULT.requestsMax(), Duration.ZERO, OnTimeout.REJECT, false));
        QueuePolicy extreme = triton("""
                dynamic_batching { default_queue_policy {
                  max_queue_size: 4294967295 default_timeout_microseconds: 18446744073709551615 } }
                """).queueing().levels().get(0);
        assertThat(extreme.requestsMax()).isEqualTo(Integer.MAX_VALUE);
        assertThat(extreme.timeout()).isEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            max_batch_size: -1                                                       | line 2: max_batch_size: -1 (expected: >= 0)
            max_batch_size: 8 dynamic_batching { preferred_batch_size: 9 }           | line 2: preferred_batch_size: 9 (expected: 1 to max_batch_size, 8)
            dynamic_batching { preferred_batch_size: 0 }                             | line 2: preferred_batch_size: 0 (expected: >= 1)
            dynamic_batching { priority_levels: 2 }                                  | line 2: default_priority_level: 0 (expected: 1 to priority_levels, 2)
            dynamic_batching { priority_levels: 2 default_priority_level: 3 }        | line 2: default_priority_level: 3
            dynamic_batching { priority_levels: 18446744073709551615 }               | line 2: priority_levels: 18446744073709551615 (expected: 0 to 1000)
            dynamic_batching { priority_queue_policy { key: 1 value { } } }          | line 2: priority_queue_policy for level 1 (expected: 1 to priority_levels, 0)
            instance_group { count: -1 }                                             | line 2: instance_group count: -1
            parameters { key: "slipway.latency_objective" value { } }                | line 2: parameter 'slipway.latency_objective' is unknown (nearest: slipway.latency_objective_ms;
            parameters { key: "slipway.x" value { } }                                | line 2: parameter 'slipway.x' is unknown (expected: one of slipway.latency_objective_ms, slipway.adaptive_limit)
            parameters { key: "slipway.adaptive_limit" value { string_value: "1" } }         | line 2: parameter 'slipway.adaptive_limit' is '1' (expected: true or false)
            parameters { key: "slipway.latency_objective_ms" value { string_value: "-1" } }  | line 2: parameter 'slipway.latency_objective_ms' is '-1'
            parameters { key: "slipway.latency_objective_ms" value { string_value: "NaN" } } | line 2: parameter 'slipway.latency_objective_ms' is 'NaN'
            dynamic_batchin { }                                                      | line 2, column 1: unknown field 'dynamic_batchin' (nearest: dynamic_batching;
            """)
    void namesWhatIsWrongInTritonsFile(String line, String problem) {
        assertThatThrownBy(() -> triton("name: 'm'\n" + line))
                .hasMessageStartingWith("m/config.pbtxt, ")
                .hasMessageContaining(problem);
    }
}

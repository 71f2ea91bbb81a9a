package dev.slipway.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelQueuePolicy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TritonTextTest {
    @Test
    void readsWhatTritonReads() {
        ModelConfig config = TritonText.parse("config.pbtxt", """
                name: "densenet_onnx"
                platform: "onnxruntime_onnx"
                max_batch_size : 8
                input [
                  {
                    name: "data_0"
                    data_type: TYPE_FP32
                    format: FORMAT_NCHW
                    dims: [ 3, 224, 224 ]
                    reshape { shape: [ 1, 3, 224, 224 ] }
                  }
                ]
                output [ { name: "fc6_1" data_type: TYPE_FP32 dims: [ 1000 ] label_filename: "labels.txt" } ]
                instance_group [ { count: 2 kind: KIND_CPU } ]
                dynamic_batching {
                  preferred_batch_size: [ 4, 8 ]
                  max_queue_delay_microseconds: 100
                  priority_queue_policy { key: 1 value { timeout_action: DELAY max_queue_size: 7 } }
                }
                optimization { execution_accelerators { gpu_execution_accelerator : [ { name : "tensorrt"
                  parameters { key: "precision_mode" value: "FP16" } } ] } }
                parameters { key: "slipway.latency_objective_ms" value { string_value: "50" } }
                version_policy: { latest { num_versions: 2 } }
                """).message();

        assertThat(config.getMaxBatchSize()).isEqualTo(8);
        assertThat(config.getInstanceGroup(0).getCount()).isEqualTo(2);
        assertThat(config.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(4, 8);
        assertThat(config.getDynamicBatching().getPriorityQueuePolicyMap())
                .containsEntry(
                        1L,
                        ModelQueuePolicy.newBuilder()
                                .setTimeoutAction(ModelQueuePolicy.TimeoutAction.DELAY)
                                .setMaxQueueSize(7)
                                .build());
        assertThat(config.getParametersMap().get("slipway.latency_objective_ms").getStringValue())
                .isEqualTo("50");
        assertThat(config.getInputCount()).isOne();
    }

    @Test
    void tellsAnAbsentMaximumFromZero() {
        assertThat(TritonText.parse("f", "name: 'a'").message().hasMaxBatchSize())
                .isFalse();
        assertThat(TritonText.parse("f", "max_batch_size: 0").message().hasMaxBatchSize())
                .isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            max_bach_size: 8                          | line 2, column 1: unknown field 'max_bach_size' (nearest: max_batch_size; expected: one of name, platform,
            dynamic_batching { prefered_batch_size: 4 } | line 2, column 20: unknown field 'prefered_batch_size' (nearest: preferred_batch_size; expected: one of preferred_batch_size,
            weight_decay: 1                           | line 2, column 1: unknown field 'weight_decay' (expected: one of name, platform,
            optimization { nam: 'x' } instance_grup { } | line 2, column 27: unknown field 'instance_grup' (nearest: instance_group; expected
            max_batch_size: 'four'                    | line 2, column 17: Couldn't parse integer
            max_batch_size: 4 max_batch_size: 4       | line 2, column 33: Non-repeated field
            input [ { name: 'x' }                     | line 2, column
            [a.b]: 3                                  | line 2, column
            """)
    void saysWhereTheFileIsWrong(String line, String problem) {
        assertThatThrownBy(() -> TritonText.parse("m/config.pbtxt", "name: 'm'\n" + line))
                .hasMessageStartingWith("m/config.pbtxt, " + problem);
    }

    @Test
    void remembersWhereAValueStands() {
        ParsedText<ModelConfig> text = TritonText.parse("f", "name: 'm'\ndynamic_batching {\n  priority_levels: 2\n}");

        assertThat(text.wrong("bad", "dynamic_batching", "priority_levels")).hasMessage("f, line 3: bad");
        assertThat(text.wrong("bad", "dynamic_batching", "default_priority_level"))
                .hasMessage("f, line 2: bad");
        assertThat(text.wrong("bad", "max_batch_size")).hasMessage("f: bad");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"max_bach_size, max_batch_size", "names, name", "nmae, name", "zzzzzz,", "thread, threads"})
    void findsTheNearestName(String word, String nearest) {
        assertThat(Spelling.nearest(word, List.of("name", "max_batch_size", "threads")))
                .isEqualTo(Optional.ofNullable(nearest));
    }
}

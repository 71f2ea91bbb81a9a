package dev.slipway.backend.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.Shape;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.global.tensorflow;

class OpTableTest {
    @TempDir
    Path folder;

    @Test
    void hasTheOpsOfTheRuntimeThatIsThere() throws Exception {
        TensorFlowRuntime.start(new BackendSettings(2));
        TF_Buffer list = tensorflow.TF_GetAllOpList();
        byte[] bytes = new byte[(int) list.length()];
        new BytePointer(list.data()).get(bytes);
        tensorflow.TF_DeleteBuffer(list);
        String expected = OpTableFile.text(
                "TensorFlow " + tensorflow.TF_Version().getString(StandardCharsets.UTF_8),
                Files.write(folder.resolve("ops.pb"), bytes));
        try (InputStream in = Objects.requireNonNull(OpTable.class.getResourceAsStream("ops.txt"))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(expected);
        }
        assertThat(OpTable.table().version()).startsWith("TensorFlow 2.");
    }

    @ParameterizedTest(name = "output {1} of {0}: {2}")
    @CsvSource({
        "Softmax, 0, 1",
        "Softmax, 1, 0",
        "ArgMax, 0, 9",
        "TopKV2, 1, 3",
        "Split, 2, 1",
        "Split, 3, 0",
        "IdentityN, 1, 7",
        "IdentityN, 2, 0",
        "Equal, 0, 10",
        "NoOp, 0, 0",
        "NoSuchOp, 0, 0",
    })
    void saysWhatANodeGives(String op, int index, int type) {
        Node node = new Node(
                op,
                Map.of("T", op.equals("IdentityN") ? List.of(1, 7) : List.of(1)),
                Map.of("num_split", 3L),
                Shape.ANY);
        assertThat(OpTable.table().outputType(node, index)).isEqualTo(type);
    }
}

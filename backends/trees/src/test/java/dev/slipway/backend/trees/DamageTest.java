package dev.slipway.backend.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut, scrambled or made up: refused with a message, or run with some answer, and never more. */
class DamageTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"breast-cancer/model.txt", "clicks/model.json", "iris/model.ubj", "agaricus/model.model"})
    void whateverIsCutOrChangedIsRefusedOrRuns(String name) throws Exception {
        byte[] good = Files.readAllBytes(TestModels.resource(name));
        String file = String.valueOf(Path.of(name).getFileName());
        Random random = new Random(1);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] bad = round % 2 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            for (int change = 0; round % 2 == 1 && change < 1 + round % 5; change++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            refused += tries(Files.write(folder.resolve(file), bad)) ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(140);
    }

    /** Whether it could be loaded and run. */
    private static boolean tries(Path path) {
        try (var backend = TestModels.open()) {
            var loader = backend.recognise(path);
            if (loader.isEmpty()) {
                return false;
            }
            loader.get().describe();
            try (Servable servable = loader.get().load()) {
                var spec = servable.description()
                        .signatures()
                        .get("serving_default")
                        .inputs()
                        .get(0);
                long columns = spec.shape().dim(1);
                if (columns < 1 << 20) {
                    double[][] rows = new double[9][(int) columns];
                    TestModels.answer(servable, Map.of("input", TestModels.matrix(spec.dtype(), rows)));
                }
                return true;
            }
        } catch (SlipwayException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"left_children\": [1, -1, 3, -1, -1] | \"left_children\": [1, -1, 0, -1, -1] | leads back",
                "\"left_children\": [1, -1, 3, -1, -1] | \"left_children\": [1, -1, 7, -1, -1] | child 7",
                "\"split_indices\": [0, 0, 1, 0, 0] | \"split_indices\": [0, 0, 2, 0, 0] | feature 2",
                "\"split_indices\": [0, 0, 1, 0, 0] | \"split_indices\": [0, 0, -1, 0, 0] | feature",
                "\"categories_sizes\": [2] | \"categories_sizes\": [3] | categories 0 to 3",
                "\"categories\": [0, 2] | \"categories\": [0, 2000000000] | category 2000000000",
                "\"tree_info\": [0, 0] | \"tree_info\": [0, 1] | groups",
                "\"size_leaf_vector\": \"1\" | \"size_leaf_vector\": \"3\" | multi_output_tree",
                "binary:logistic | binary:magic | objective 'binary:magic'",
                "[5E-1] | [1.5] | base score 1.5",
                "[5E-1] | [0.5,0.5] | 2 base scores",
                "\"gbtree\" | \"forest\" | booster 'forest'",
                "\"age\", \"job\" | \"age\", \"age\" | feature names",
                "\"num_feature\": \"2\", \"num_target\" | \"num_feature\": \"-2\", \"num_target\" | whole number",
            })
    void namesWhatIsWrong(String from, String to, String words) throws Exception {
        String good = Files.readString(TestModels.resource("clicks/model.json"));
        assertThat(good).contains(from);
        Path path = Files.writeString(folder.resolve("model.json"), good.replace(from, to));
        assertThatThrownBy(() -> TestModels.loader(path).describe())
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining(words);
    }

    @Test
    void refusesNestingAndCountsBeyondReason() throws Exception {
        String deep = "{\"learner\": " + "[".repeat(100_000);
        byte[] count = "{L\0\0\0\0\0\0\0\7learner[$d#L\177\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        for (Path path : List.of(
                Files.writeString(folder.resolve("deep.json"), deep),
                Files.write(folder.resolve("count.ubj"), count))) {
            assertThatThrownBy(() -> TestModels.loader(path).describe()).isInstanceOf(SlipwayException.class);
        }
    }
}

package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.VersionState;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.cli.CheckCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What stands before and after a model and does not fit it is told by {@code slipway check}, and in the version's status. */
class MisfitsTest {
    @TempDir
    static Path repository;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(MisfitsTest::models);

    private static String checked;

    /** A model, what its file says, and what is wrong with that. */
    enum Misfit {
        OUTPUT(
                "output: {from: logits, apply: softmax}",
                "output 'logits' is not the model's (expected: 'Y' FP32[any, 3])"),
        WIDTH(
                "input: {type: table, columns: [{name: a}]}",
                "table: 1 columns make 1 elements a row (expected: [any, 3], as the model's input 'X' takes)"),
        TENSOR(
                "input: {type: table, tensor: Z, columns: [{name: a}]}",
                "table: tensor 'Z' is not the model's only input (expected: a column 'X')"),
        CLASSES("classes: absent.txt", "classes: file 'absent.txt' is not there"),
        COUNT(
                "output: {top_k: 1, classes: two.txt}",
                "classes: file 'two.txt' names 2 classes (expected: 3, as output 'Y' has)"),
        TEXT(
                "input: {type: text, tokenizer: words.json}",
                "text: the model's input 'X' is an input that no tokens are for"),
        IMAGE("input: image", "'X'"),
        TOKENIZER("input: text", "tokenizer: file 'tokenizer.json' is not there"),
        JSON("input: {type: text, tokenizer: broken.json}", "tokenizer: file 'broken.json' is broken: "),
        REFUSED(
                "input: {type: text, tokenizer: nobody.json}",
                "tokenizer: file 'nobody.json' is refused by the tokenizers: ");

        final String says;
        final String problem;

        Misfit(String says, String problem) {
            this.says = says;
            this.problem = problem;
        }

        private String file() {
            return compareTo(TOKENIZER) < 0 ? "rows-2-3-5.onnx" : "tokens.onnx";
        }
    }

    private static Path models() {
        try {
            for (Misfit misfit : Misfit.values()) {
                write(misfit.name(), misfit.file(), misfit.says);
            }
            write("good", "tokens.onnx", "input: {type: text, tokenizer: words.json}");
            write("unread", "tokens.onnx", "inputt: text");
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String model, String file, String says) throws IOException {
        Path folder = repository.resolve(model);
        TestModels.write(folder.resolve("1"), TestModels.file(file));
        Files.writeString(folder.resolve("slipway.yaml"), says + "\n");
        Files.writeString(folder.resolve("two.txt"), "one\nother\n");
        Files.write(folder.resolve("words.json"), TestModels.file("words.json"));
        Files.writeString(folder.resolve("broken.json"), "{\"version\": ");
        Files.writeString(
                folder.resolve("nobody.json"),
                new String(TestModels.file("words.json"), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("BertPreTokenizer", "Nobody"));
    }

    @BeforeAll
    static void check() {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new CheckCommand())
                .setOut(new PrintWriter(out, true))
                .execute(repository.toString());
        checked = out.toString();
        assertThat(code).as(checked).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void isToldByCheckAndInTheStatus(Misfit misfit) {
        assertThat(section(misfit.name())).contains("version 1: onnx: FAILED_PRECONDITION: ", misfit.problem);
        assertThat(SERVER.server().statuses().get(misfit.name()).versions())
                .singleElement()
                .satisfies(version -> {
                    assertThat(version.state()).isEqualTo(VersionState.QUARANTINED);
                    assertThat(version.error()).extracting("code").isEqualTo(ErrorCode.FAILED_PRECONDITION);
                    assertThat(version.error().getMessage()).contains(misfit.problem);
                });
        assertThat(SERVER.post("/v1/models/" + misfit.name() + ":predict", "{}").statusCode())
                .isNotEqualTo(500);
    }

    private static String section(String model) {
        return Arrays.stream(checked.split("\n\n"))
                .filter(part -> part.startsWith(model + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(checked));
    }

    @Test
    void checkShowsWhatClientsSend() {
        assertThat(section("good")).contains("text STRING", "would be served").doesNotContain("fault");
    }

    @Test
    void checkTellsWhatTheFileBesideAModelHasWrong() {
        assertThat(section("unread")).contains("slipway.yaml", ":1: unknown key 'inputt' (nearest: input)");
        assertThat(checked).contains(Misfit.values().length + 1 + " faults.");
    }
}

package dev.slipway.backend.onnx;

import static dev.slipway.backend.onnx.OnnxFile.FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.WireWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphCheckTest {
    @TempDir
    Path folder;

    @Test
    void refusesGraphsThatDoNotHoldTogether() throws IOException {
        OnnxFile undefined = new OnnxFile()
                .input("x", FLOAT, "n")
                .output("y", FLOAT, "n")
                .node("Add", List.of("x", "gone"), List.of("y"));
        refused(undefined, ErrorCode.INVALID_ARGUMENT, "reads 'gone', which nothing defines");
        OnnxFile circle = new OnnxFile()
                .input("x", FLOAT, "n")
                .output("y", FLOAT, "n")
                .node("Add", List.of("x", "b"), List.of("a"))
                .node("Relu", List.of("a"), List.of("b"))
                .node("Relu", List.of("a"), List.of("y"));
        refused(circle, ErrorCode.INVALID_ARGUMENT, "depends on its own output");
        refused(
                relu().node("Sin", List.of("x"), List.of("y")),
                ErrorCode.INVALID_ARGUMENT,
                "defines 'y' a second time");
        refused(relu().output("z", FLOAT, 1), ErrorCode.INVALID_ARGUMENT, "output 'z' is not defined");
        refused(relu().output("y", FLOAT, 1), ErrorCode.INVALID_ARGUMENT, "output 'y' is listed twice");
        refused(new OnnxFile().input("x", FLOAT, 1), ErrorCode.INVALID_ARGUMENT, "has no outputs");
    }

    @Test
    void looksIntoTheBodiesOfLoops() throws IOException {
        WireWriter body = new OnnxFile()
                .output("z", FLOAT, 1)
                .node("Add", List.of("x", "gone"), List.of("z"))
                .graph();
        OnnxFile file = new OnnxFile()
                .input("c", OnnxFile.BOOL)
                .input("x", FLOAT, 1)
                .output("y", FLOAT, 1)
                .node("If", List.of("c"), List.of("y"), OnnxFile.graphAttribute("then_branch", body));
        refused(file, ErrorCode.INVALID_ARGUMENT, "reads 'gone', which nothing defines");
        WireWriter circle = new OnnxFile()
                .output("z", FLOAT, 1)
                .node("Add", List.of("x", "y"), List.of("z"))
                .graph();
        OnnxFile round = new OnnxFile()
                .input("c", OnnxFile.BOOL)
                .input("x", FLOAT, 1)
                .output("y", FLOAT, 1)
                .node("If", List.of("c"), List.of("y"), OnnxFile.graphAttribute("then_branch", circle));
        refused(round, ErrorCode.INVALID_ARGUMENT, "depends on its own output");
    }

    @Test
    void refusesBodiesNestedWithoutEnd() throws IOException {
        WireWriter body = new OnnxFile().output("x", FLOAT, 1).graph();
        for (int depth = 0; depth < 200; depth++) {
            body = new OnnxFile()
                    .node("If", List.of("c"), List.of("y"), OnnxFile.graphAttribute("then_branch", body))
                    .graph();
        }
        refused(
                new OnnxFile().node("If", List.of("c"), List.of("y"), OnnxFile.graphAttribute("then_branch", body)),
                ErrorCode.INVALID_ARGUMENT,
                "nested deeper than 100");
    }

    @Test
    void refusesFunctionsThatCallThemselvesOrGrowWithoutEnd() throws IOException {
        refused(
                relu().opset("f", 1).function(function("a", "b", "b")).function(function("b", "a")),
                ErrorCode.INVALID_ARGUMENT,
                "calls itself");
        OnnxFile laughs = relu().opset("f", 1);
        for (int i = 0; i < 40; i++) {
            laughs.function(function("f" + i, "f" + (i + 1), "f" + (i + 1)));
        }
        laughs.node(OnnxFile.nodeOf("f0", List.of("x"), List.of("q")).text(7, "f"));
        refused(laughs, ErrorCode.INVALID_ARGUMENT, "functions expand to");
    }

    private static WireWriter function(String name, String... calls) {
        WireWriter function =
                new WireWriter().text(1, name).text(4, "x").text(5, "x").text(10, "f");
        for (int i = 0; i < calls.length; i++) {
            function.message(
                    7, OnnxFile.nodeOf(calls[i], List.of("x"), List.of("y" + i)).text(7, "f"));
        }
        return function;
    }

    private static OnnxFile relu() {
        return new OnnxFile()
                .input("x", FLOAT, "n", 2)
                .output("y", FLOAT, "n", 2)
                .node("Relu", List.of("x"), List.of("y"));
    }

    private void refused(OnnxFile file, ErrorCode code, String reason) throws IOException {
        refused(TestModels.write(folder, file), code, reason);
    }

    private static void refused(Path path, ErrorCode code, String reason) {
        assertThatThrownBy(() -> CheckedModel.of(path))
                .isInstanceOfSatisfying(
                        SlipwayException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .hasMessageContaining(reason);
    }
}

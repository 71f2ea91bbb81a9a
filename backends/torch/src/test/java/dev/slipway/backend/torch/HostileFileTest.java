package dev.slipway.backend.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Backend;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileFileTest {
    private static final String FORWARD = "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return x\n";
    private static final String WEIGHT =
            "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return self.w\n";

    @TempDir
    Path folder;

    private void refuses(ErrorCode code, String reason, ScriptFile file) throws Exception {
        Path path = file.write(folder.resolve("model.pt"));
        try (Backend backend = TestModels.open()) {
            assertThatThrownBy(() -> backend.recognise(path).orElseThrow().describe())
                    .isInstanceOfSatisfying(SlipwayException.class, e -> {
                        assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                        assertThat(e).hasMessageContaining(reason).hasMessageContaining("'model.pt'");
                        assertThat(e.getMessage()).doesNotContain("\n");
                    });
        }
    }

    @Test
    void refusesTensorsThatReachBeyondTheirMemory() throws Exception {
        Path good = ScriptFile.weighted(ScriptFile.tensor(2, 0, 2, 1), WEIGHT).write(folder.resolve("good.pt"));
        try (Backend backend = TestModels.open()) {
            assertThat(backend.recognise(good).orElseThrow().describe().memoryBytes())
                    .isPositive();
        }
        for (byte[] tensor : new byte[][] {
            ScriptFile.tensor(2, 0, 3, 1), ScriptFile.tensor(2, 1, 2, 1), ScriptFile.tensor(2, 0, 2, 2)
        }) {
            refuses(ErrorCode.INVALID_ARGUMENT, "a tensor of sizes", ScriptFile.weighted(tensor, WEIGHT));
        }
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                "a storage of 200 elements",
                ScriptFile.weighted(ScriptFile.tensor(200, 0, 2, 1), WEIGHT));
    }

    @Test
    void refusesWhatTorchScriptDoesNotWrite() throws Exception {
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                "'os.system'",
                ScriptFile.of(FORWARD)
                        .entry("data.pkl", "\u0080\u0002cos\nsystem\n.".getBytes(StandardCharsets.ISO_8859_1)));
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                "opcode",
                ScriptFile.of(FORWARD).entry("data.pkl", "\u0080\u0002i.".getBytes(StandardCharsets.ISO_8859_1)));
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                "no 'constants.pkl'",
                ScriptFile.of(FORWARD).without("constants.pkl"));
        refuses(ErrorCode.UNIMPLEMENTED, "version 99", ScriptFile.of(FORWARD).entry("version", "99"));
        refuses(ErrorCode.UNIMPLEMENTED, "a checkpoint", ScriptFile.of(FORWARD).without("code/__torch__.py"));
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                "nested deeper",
                ScriptFile.of(FORWARD.replace("return x", "return " + "(".repeat(5000) + "x" + ")".repeat(5000))));
        refuses(ErrorCode.UNIMPLEMENTED, "no method 'forward'", ScriptFile.of(FORWARD.replace("forward", "backward")));
    }

    /** Not deep, as brackets are, and deep nevertheless: PyTorch's own parser runs out of stack. */
    @Test
    void outlivesAFileThatEndsTheProcessWhichOpensIt() throws Exception {
        Path path = ScriptFile.of(FORWARD.replace("return x", "return " + "-".repeat(3_000_000) + "x"))
                .write(folder.resolve("model.pt"));
        try (Backend backend = TestModels.open()) {
            assertThatThrownBy(() -> backend.recognise(path).orElseThrow().load())
                    .isInstanceOfSatisfying(SlipwayException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                        assertThat(e).hasMessageContaining("ends the process that opens it");
                    });
        }
    }

    @Test
    void refusesWhatTheCorpusHoldsAgainstIt() {
        Path path = TestModels.corpus().resolve("bad/torchscript-no-code");
        try (Backend backend = TestModels.open()) {
            assertThatThrownBy(() -> backend.recognise(path).orElseThrow().describe())
                    .isInstanceOfSatisfying(SlipwayException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                        assertThat(e).hasMessageContaining("no 'data.pkl'");
                    });
        }
    }

    @Test
    void leavesNothingBehindWhenAFileIsRefused() throws Exception {
        Path path = Files.write(folder.resolve("model.pt"), new byte[] {'P', 'K', 3, 4, 0, 0});
        try (Backend backend = TestModels.open()) {
            assertThatThrownBy(() -> backend.recognise(path).orElseThrow().load())
                    .isInstanceOf(SlipwayException.class);
        }
        assertThat(Arena.open()).isZero();
        Files.delete(path);
    }
}

package dev.slipway.benchmarks.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
    private static final Workload WORKLOAD =
            new Workload("here", Tensor.row("x", List.of(1f)), Tensor.row("y", List.of(1f)));

    @TempDir
    Path folder;

    @Test
    void readsAServerThatRunsAlready() {
        RemoteTarget triton = RemoteTarget.parse("triton=oip-grpc,http://host:8001,there,42");
        assertThat(triton)
                .isEqualTo(new RemoteTarget("triton", Protocol.OIP_GRPC, URI.create("http://host:8001"), "there", 42));
        assertThat(triton.speaks(Protocol.OIP_GRPC)).isTrue();
        assertThat(triton.speaks(Protocol.TFS_GRPC)).isFalse();
        Question question = triton.question(Protocol.OIP_GRPC, WORKLOAD);
        assertThat(question.workload().model()).isEqualTo("there");
        assertThat(question.url()).isEqualTo("http://host:8001/inference.GRPCInferenceService/ModelInfer");
        RemoteTarget unnamed = RemoteTarget.parse("tfs=tfs-rest,http://host:8501");
        assertThat(unnamed.question(Protocol.TFS_REST, WORKLOAD).url())
                .isEqualTo("http://host:8501/v1/models/here:predict");
        assertThat(unnamed.pid()).isZero();
    }

    @Test
    void startsCommandsOnTheirCore() {
        assertThat(new Cores(0, 1).onServerCore(List.of("a", "b"))).containsExactly("taskset", "-c", "0", "a", "b");
        assertThat(Cores.ANY.onServerCore(List.of("a"))).containsExactly("a");
        assertThat(Cores.ANY.onAnyCore(List.of("a"))).containsExactly("a");
        assertThat(Cores.of(0, 0)).isEqualTo(Cores.ANY);
        assertThat(Cores.of(0, 100_000)).isEqualTo(Cores.ANY);
    }

    @Test
    void saysWhatAPeerLacks() {
        Models models = new Models(folder, folder, folder);
        Targets targets = new Targets(folder, models, Cores.ANY, folder);
        assertThatThrownBy(() -> targets.start("spring", "peers", List.of()))
                .hasMessageContaining("start.sh is no program (expected: one that starts 'spring')");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void showsTheLogOfAServerThatEnded() throws Exception {
        Path log = folder.resolve("log");
        try (ServerProcess process = ServerProcess.start("echo", List.of("sh", "-c", "echo no room; exit 3"), log)) {
            ProcessHandle.of(process.pid()).ifPresent(handle -> handle.onExit().join());
            assertThatThrownBy(process::checkAlive)
                    .hasMessageContaining("echo exited with code 3")
                    .hasMessageContaining("no room");
        }
    }

    @Test
    void aBareLineReadsWhatItPrints() {
        Measurement measurement = new Measurement(
                12,
                new Meter.Span(1.5, 0.5, Double.NaN),
                new Measurement.Latency(1, 2.5, 3),
                Measurement.Refusals.NONE);
        BareLine line = BareLine.of(BareOnnxRuntime.Outputs.PINNED, 8, measurement);
        assertThat(BareLine.parse(line.toString())).isEqualTo(line);
        assertThat(BareLine.isOne("WARNING: a word of a library")).isFalse();
        assertThatThrownBy(() -> BareLine.parse("bare\tpinned\t8"))
                .hasMessageContaining("expected: bare, and 8 fields");
    }
}

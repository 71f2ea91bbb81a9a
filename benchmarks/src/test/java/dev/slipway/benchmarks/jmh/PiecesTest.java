package dev.slipway.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

class PiecesTest {
    /** Each once, in this JVM. */
    private static final String ONCE = "-f 0 -wi 0 -i 1 -r 1ms -bm ss -v SILENT";

    private static Collection<RunResult> run(String arguments) throws Exception {
        return Pieces.run(new CommandLineOptions(arguments.split(" ")));
    }

    @Test
    void runsEveryPieceOfThePackage() throws Exception {
        Collection<RunResult> results = run(ONCE);

        assertThat(results)
                .extracting(result -> result.getParams().getBenchmark().replaceAll(".*\\.(\\w+)\\.\\w+", "$1"))
                .contains(
                        "ServingMapPiece",
                        "DispatcherPiece",
                        "PredictCodecPiece",
                        "InferCodecPiece",
                        "PredictJsonPiece",
                        "PicturePiece",
                        "OnnxPiece");
        assertThat(results)
                .allSatisfy(result -> assertThat(
                                result.getPrimaryResult().getStatistics().getN())
                        .isPositive());
    }

    @Test
    void runsWhatAPatternNames() throws Exception {
        assertThat(PieceTable.of(run("InferCodecPiece.write$ -p rows=64 " + ONCE))
                        .lines()
                        .skip(1))
                .singleElement()
                .asString()
                .contains("InferCodecPiece.write", "rows=64");
    }

    @Test
    void failsWhenNothingHasTheName() {
        assertThatThrownBy(() -> run("nothingOfThatName " + ONCE)).isInstanceOf(RunnerException.class);
    }
}

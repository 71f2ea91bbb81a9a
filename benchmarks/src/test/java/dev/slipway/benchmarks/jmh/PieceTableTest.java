package dev.slipway.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PieceTableTest {
    @Test
    void comparesMediansWithTheBaselineOfTheSameParameters() {
        String table = PieceTable.format(List.of(
                new PieceTable.Line("Codec.read", "rows=1", List.of(500.0, 900.0, 400.0), List.of(96.0)),
                new PieceTable.Line("Codec.readBaseline", "rows=1", List.of(2000.0), List.of(800.0)),
                new PieceTable.Line("Codec.readBaseline", "rows=64", List.of(10.0), List.of(800.0)),
                new PieceTable.Line("Codec.write", "rows=1", List.of(), List.of())));

        assertThat(table.lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "piece ops/CPU-s CPU ns/op from - to bytes/op of baseline",
                        "Codec.read rows=1 2,000,000 500 400 - 900 96 4.00",
                        "Codec.readBaseline rows=1 500,000 2,000 2,000 - 2,000 800",
                        "Codec.readBaseline rows=64 100,000,000 10 10 - 10 800",
                        "Codec.write rows=1 - - - -");
    }
}

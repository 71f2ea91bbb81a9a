package dev.slipway.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtherGeneratorsTest {
    private static final Meter.Span SPAN = new Meter.Span(3.5, 2, 0.5);
    private static final String H2LOAD = """
            finished in 1.00s, 70000.00 req/s, 4.01MB/s
            requests: %d total, 1064 started, 1000 done, %d succeeded, %d failed, 0 errored, 0 timeout
            status codes: 1000 2xx, 0 3xx, 0 4xx, 0 5xx
            traffic: 1.43MB (1500000) total, 35.16KB (36000) headers (space savings 79.31%%), 87.89KB (%d) data
            """;

    @Test
    void readsWhatWrkPrinted() {
        String output = "Running 3s test\nRESULT\t300\t3.010\t0\t100.5\t200.5\t300.5\n";
        assertThat(Wrk.parse(output, SPAN))
                .isEqualTo(new Measurement(
                        300,
                        new Meter.Span(3.010, 2, 0.5),
                        new Measurement.Latency(100.5, 200.5, 300.5),
                        Measurement.Refusals.NONE));
    }

    @Test
    void takesNoErrorOfWrk() {
        assertThatThrownBy(() -> Wrk.parse("RESULT\t300\t3.010\t1\t1\t2\t3", SPAN))
                .hasMessageContaining("1 errors");
        assertThatThrownBy(() -> Wrk.parse("RESULT\t0\t3.010\t0\t1\t2\t3", SPAN))
                .hasMessageContaining("0 answers");
        assertThatThrownBy(() -> Wrk.parse("unable to connect", SPAN)).hasMessageContaining("unable to connect");
    }

    @Test
    void readsWhatH2loadPrinted() {
        assertThat(H2load.requests(H2LOAD.formatted(1000, 1000, 0, 90_000), 90)).isEqualTo(1000);
    }

    /** A refused gRPC call has HTTP status 200 and no message. */
    @Test
    void seesRefusedCallsByTheBytesThatAreMissing() {
        assertThatThrownBy(() -> H2load.requests(H2LOAD.formatted(1000, 1000, 0, 9_000), 90))
                .hasMessageContaining("1000 answers of 9000 bytes in all");
        assertThatThrownBy(() -> H2load.requests(H2LOAD.formatted(1000, 999, 1, 90_000), 90))
                .hasMessageContaining("1 errors");
        assertThatThrownBy(() -> H2load.requests("spawning thread #0", 90)).hasMessageContaining("spawning");
    }

    @Test
    void readsPercentilesFromALog() {
        Measurement.Latency latency =
                H2load.latency(List.of("1700000000000000\t200\t100", "1700000000000100\t200\t300"));
        assertThat(latency.p50()).isBetween(99.9, 100.1);
        assertThat(latency.p99()).isBetween(299.7, 300.3);
        assertThat(H2load.latency(List.of())).isEqualTo(Measurement.Latency.UNKNOWN);
    }

    @Test
    void areForClosedLoopsOfOneKindOfHttp() {
        Workload workload = new Workload("m", Tensor.row("x", List.of(1f)), Tensor.row("y", List.of(1f)));
        Question rest = Question.local(Protocol.TFS_REST, workload, 1);
        Question grpc = Question.local(Protocol.OIP_GRPC, workload, 1);
        Load open = new Load.Open(1, Duration.ZERO, 1, 1);
        Load closed = new Load.Closed(1, 1);
        Wrk wrk = new Wrk(Path.of("wrk"), Path.of("."));
        H2load h2load = new H2load(Path.of("h2load"), Path.of("."));
        assertThat(wrk.canDo(rest, closed)).isTrue();
        assertThat(wrk.canDo(grpc, closed) || wrk.canDo(rest, open)).isFalse();
        assertThat(h2load.canDo(grpc, closed)).isTrue();
        assertThat(h2load.canDo(rest, closed) || h2load.canDo(grpc, open)).isFalse();
    }

    @Test
    void readsHowBusyACoreWas() {
        assertThat(ProcMeter.ticks("cpu1 10 1 5 80 4 0 0 0 0 0")).containsExactly(16, 100);
        Meter.Reading from = new Meter.Reading(0, 1, 10, 100);
        Meter.Reading to = new Meter.Reading(2_000_000_000, 2.5, 106, 200);
        assertThat(Meter.Span.between(from, to)).isEqualTo(new Meter.Span(2, 1.5, 0.96));
        assertThat(new ProcMeter(ProcessHandle.current().pid(), -1).read().cpuSeconds())
                .isPositive();
        assertThat(new ProcMeter(0, -1).read().cpuSeconds()).isNaN();
    }
}

package dev.slipway.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.benchmarks.load.LoadGenerator.Time;
import dev.slipway.benchmarks.target.FirstAnswer;
import dev.slipway.benchmarks.target.VertxEcho;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadDriverTest {
    private static final Tensor INPUT = Tensor.row("x", List.of(1f, -0.5f));
    private static final Workload WORKLOAD = new Workload("mlp", INPUT, Tensor.row("y", List.of(0.25f, 1e-9f, 3f)));
    private static final Workload WRONG = new Workload("mlp", INPUT, Tensor.row("y", List.of(0.25f, 0f, 4f)));
    private static final Workload UNKNOWN = WORKLOAD.at("nobody");
    private static final Load.Closed ALONE = new Load.Closed(1, 1);
    private static final Time LONG = new Time(Duration.ZERO, Duration.ofMinutes(1));

    private final VertxEcho echo = new VertxEcho(WORKLOAD, 0);
    private final LoadDriver driver = new LoadDriver();

    @AfterEach
    void stop() {
        driver.close();
        echo.close();
    }

    private Question question(Protocol protocol, Workload workload) {
        return Question.local(protocol, workload, echo.port());
    }

    @ParameterizedTest
    @EnumSource
    void countsRightAnswersOverEachProtocol(Protocol protocol) {
        double[] cpu = {0};
        Meter meter = () -> {
            cpu[0]++;
            return new Meter.Reading((long) (cpu[0] * 5e8), cpu[0], 3 * cpu[0], 4 * cpu[0]);
        };
        Measurement measurement =
                driver.run(question(protocol, WORKLOAD), new Load.Closed(2, 3), Time.ofSeconds(0.05, 0.5), meter);
        assertThat(measurement.requests()).isPositive();
        assertThat(measurement.span()).isEqualTo(new Meter.Span(0.5, 1, 0.75));
        assertThat(measurement.latency().p50())
                .isPositive()
                .isLessThanOrEqualTo(measurement.latency().p99());
        assertThat(measurement.latency().p99())
                .isLessThanOrEqualTo(measurement.latency().p999());
        assertThat(measurement.refusals()).isEqualTo(Measurement.Refusals.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void asksEveryRequestOfAScheduleOnce(Protocol protocol) {
        Load load = new Load.Open(200, Duration.ofMinutes(1), 2, 2);
        Measurement measurement = driver.run(question(protocol, WORKLOAD), load, Time.ofSeconds(0, 0.5), Meter.NONE);
        assertThat(measurement.requests()).isEqualTo(100);
        assertThat(measurement.refusals()).isEqualTo(Measurement.Refusals.NONE);
    }

    @Test
    void countsWhatIsAnsweredPastItsDeadlineAsLate() {
        Load load = new Load.Open(200, Duration.ofNanos(1), 2, 2);
        Measurement measurement =
                driver.run(question(Protocol.TFS_REST, WORKLOAD), load, Time.ofSeconds(0, 0.5), Meter.NONE);
        assertThat(measurement.requests()).isZero();
        assertThat(measurement.refusals()).isEqualTo(new Measurement.Refusals(0, 100));
        assertThat(measurement.refusedShare()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtAWrongAnswer(Protocol protocol) {
        assertThatThrownBy(() -> driver.run(question(protocol, WRONG), ALONE, LONG, Meter.NONE))
                .hasMessageContaining("answer is [0.25, 1.0E-9, 3.0] (expected: [0.25, 0.0, 4.0])");
    }

    @Test
    void stopsAtARefusal() {
        assertThatThrownBy(() -> driver.run(question(Protocol.TFS_REST, UNKNOWN), ALONE, LONG, Meter.NONE))
                .hasMessageContaining("status 404");
    }

    @Test
    void stopsAnOpenLoopAtAWrongAnswerToo() {
        Load load = new Load.Open(10, Duration.ZERO, 1, 1);
        assertThatThrownBy(() -> driver.run(question(Protocol.TFS_REST, UNKNOWN), load, LONG, Meter.NONE))
                .hasMessageContaining("status 404");
    }

    @Test
    void saysSoWhenNobodyListens() {
        Question question = question(Protocol.TFS_REST, WORKLOAD);
        echo.close();
        assertThatThrownBy(() -> driver.run(question, ALONE, LONG, Meter.NONE))
                .hasMessageStartingWith("tfs-rest: ")
                .hasMessageContaining("refused");
    }

    @Test
    void findsTheFirstRightAnswer() throws Exception {
        FirstAnswer.await(WORKLOAD, echo.port(), Duration.ofMinutes(1));
        assertThatThrownBy(() -> FirstAnswer.await(WRONG, echo.port(), Duration.ofMillis(100)))
                .hasMessageContaining("wrong answer: {\"predictions\":[[0.25,1.0E-9,3.0]]}");
    }
}

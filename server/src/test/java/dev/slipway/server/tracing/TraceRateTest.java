package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many traces are begun in a second. */
class TraceRateTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int REQUESTS = 30;
    private static final Collector COLLECTOR = new Collector();

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(SlipwayExtension::examples).with(options -> COLLECTOR.traced(options, 1));

    @AfterAll
    static void closeCollector() {
        COLLECTOR.close();
    }

    private static int taken(TraceRate rate, long now, int asked) {
        int taken = 0;
        for (int i = 0; i < asked; i++) {
            taken += rate.takes(now) ? 1 : 0;
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1, Long.MIN_VALUE, -5})
    void asManyAsASecondMayHaveAreTakenAtOnceAndTheOthersInTurn(long begin) {
        TraceRate rate = new TraceRate(100, begin);
        assertThat(taken(rate, begin, 150)).isEqualTo(100);
        assertThat(rate.skipped()).isEqualTo(50);
        assertThat(taken(rate, begin + SECOND / 100 - 1, 5)).isZero();
        assertThat(taken(rate, begin + SECOND / 100, 5)).isEqualTo(1);
        assertThat(taken(rate, begin + SECOND / 2, 200)).isEqualTo(49);
        assertThat(taken(rate, begin + SECOND, 200)).isEqualTo(50);
    }

    @Test
    void aLongPauseSavesUpNoMoreThanASecond() {
        TraceRate rate = new TraceRate(100, 0);
        assertThat(taken(rate, 1000 * SECOND, 1000)).isEqualTo(100);
    }

    @Test
    void withoutABoundAllAreTaken() {
        TraceRate rate = new TraceRate(0, 0);
        assertThat(taken(rate, 0, 10_000)).isEqualTo(10_000);
        assertThat(rate.skipped()).isZero();
    }

    @Test
    void manyThreadsTakeNoMoreThanThereIs() throws Exception {
        TraceRate rate = new TraceRate(1000, 0);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(new Thread(() -> taken.addAndGet(taken(rate, 0, 1000))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasValue(1000);
        assertThat(rate.skipped()).isEqualTo(7000);
    }

    private static HttpResponse<String> ask(String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(SERVER.uri("/v1/models/iris:predict"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}"));
        HttpResponse<String> answer = SERVER.send(headers.length == 0 ? request : request.headers(headers));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    private static boolean isTraced(HttpResponse<String> answer) {
        return answer.headers().firstValue("traceresponse").isPresent();
    }

    @Test
    void whatIsAboveTheBoundIsAnsweredWithoutATraceAndCountedAndWhatComesWithOneIsTraced() {
        int traced = 0;
        for (int i = 0; i < REQUESTS; i++) {
            traced += isTraced(ask()) ? 1 : 0;
        }
        assertThat(traced).isBetween(1, REQUESTS - 1);
        assertThat(SERVER.get("/metrics").body())
                .contains("slipway_traces_skipped_total %d.0".formatted(REQUESTS - traced));
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(isTraced(ask("traceparent", "00-%032x-00f067aa0ba902b7-01".formatted(0xabcL + i))))
                    .isTrue();
        }
    }
}

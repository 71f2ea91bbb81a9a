package dev.slipway.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.metrics.Metrics;
import dev.slipway.server.metrics.Shown;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MetricsRestTest {
    private static final String OPEN = "application/openmetrics-text";

    private final Metrics metrics = new Metrics();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final MetricsRest rest = new MetricsRest(this::shown, this::aside);
    private Runnable meanwhile = () -> {};
    private boolean isBusy;
    private int made;

    private Shown shown() {
        made++;
        meanwhile.run();
        return metrics.shown();
    }

    private void aside(Runnable work, Consumer<SlipwayException> refused) {
        if (isBusy) {
            refused.accept(new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "the queue is full"));
        } else {
            tasks.add(work);
        }
    }

    /** What one who asks gets. */
    private static final class Got implements RestReply {
        private final List<Integer> statuses = new ArrayList<>();
        private String contentType = "";
        private String body = "";

        @Override
        public void send(int status, String type, Map<String, String> headers, ByteBuffer sent) {
            statuses.add(status);
            contentType = type;
            body = StandardCharsets.UTF_8.decode(sent).toString();
        }

        @Override
        public RestStream stream(int status, String type, Map<String, String> headers) {
            throw new AssertionError("nobody asks");
        }
    }

    private Got ask(String accepts) {
        Got got = new Got();
        rest.ask(accepts, () -> false, got);
        return got;
    }

    @Test
    void whoAsksWhileOneIsMadeSharesTheNextWithoutAThread() {
        Got first = ask(null);
        List<Got> later = new ArrayList<>();
        meanwhile = () -> {
            later.add(ask(null));
            later.add(ask(OPEN));
            later.add(ask(null));
        };
        tasks.remove().run();
        meanwhile = () -> {};
        assertThat(first.statuses).containsExactly(200);
        assertThat(first.body).contains("slipway_metrics_other_total");
        assertThat(later).allSatisfy(got -> assertThat(got.statuses).isEmpty());
        assertThat(tasks).as("for all three").hasSize(1);

        tasks.remove().run();
        assertThat(later).allSatisfy(got -> assertThat(got.statuses).containsExactly(200));
        assertThat(later.get(1).contentType).startsWith(OPEN);
        assertThat(later.get(2).body).isNotEmpty().isEqualTo(later.get(0).body);
        assertThat(made).isEqualTo(2);
        assertThat(tasks).isEmpty();
    }

    @Test
    void nothingIsMadeForWhoIsGone() {
        Got gone = new Got();
        rest.ask(null, () -> true, gone);
        tasks.remove().run();
        assertThat(made).isZero();
        assertThat(gone.statuses).as("let go of").hasSize(1);

        Got next = ask(null);
        tasks.remove().run();
        assertThat(next.statuses).containsExactly(200);
    }

    @Test
    void whatCantBeMadeFailsForThoseWhoWaitedAndNoOthers() {
        meanwhile = () -> {
            throw new IllegalStateException("broken");
        };
        Got one = ask(null);
        Got other = ask(null);
        tasks.remove().run();
        assertThat(one.statuses).containsExactly(500);
        assertThat(other.statuses).containsExactly(500);

        meanwhile = () -> {};
        Got next = ask(null);
        tasks.remove().run();
        assertThat(next.statuses).containsExactly(200);
    }

    @Test
    void whatThereIsNoRoomForIsRefused() {
        isBusy = true;
        assertThat(ask(null).statuses).containsExactly(429);
        isBusy = false;
        Got next = ask(null);
        tasks.remove().run();
        assertThat(next.statuses).containsExactly(200);
    }
}

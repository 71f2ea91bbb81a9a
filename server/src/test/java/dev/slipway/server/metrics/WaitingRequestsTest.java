package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ServableId;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WaitingRequestsTest {
    @Test
    void countsThoseThatThereIsNoRoomForTogether() {
        WaitingRequests waiting = new WaitingRequests(new SeriesRoom(2));
        TreeMap<ServableId, Integer> now =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        now.put(new ServableId("a", 1), 1);
        now.put(new ServableId("a", 2), 2);
        now.put(new ServableId("b", 1), 4);
        now.put(new ServableId("c", 1), 8);
        now.put(new ServableId("d", 1), 16);
        waiting.watch(() -> now);

        assertThat(waiting.byModel())
                .containsEntry("a", 3)
                .containsEntry("b", 4)
                .containsEntry("other", 24)
                .hasSize(3);
        assertThat(waiting.byVersion())
                .containsEntry(Labels.of("model", "a", "version", "1"), 1)
                .containsEntry(Labels.of("model", "a", "version", "2"), 2)
                .containsEntry(Labels.of("model", "other", "version", ""), 28)
                .hasSize(3);
    }
}

package dev.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
    private static final int TICKETS = 200_000;

    @ParameterizedTest(name = "{0} : {1} : {2}")
    @CsvSource({"95, 5, 0", "1, 1, 1", "1, 999999, 0", "50, 25, 25", "1000000, 1000000, 1000000"})
    void sharesAreAsWished(int first, int second, int third) {
        Split split = new Split(Map.of(1L, first, 2L, second, 3L, third));
        Map<Long, Integer> counts = new HashMap<>();
        SplittableRandom random = new SplittableRandom(20261121);
        for (int i = 0; i < TICKETS; i++) {
            counts.merge(split.pick(random.nextLong()), 1, Integer::sum);
        }
        double sum = (double) first + second + third;
        Map.of(1L, first, 2L, second, 3L, third).forEach((version, weight) -> {
            double share = weight / sum;
            // Five standard deviations; the seed is fixed, so that this holds or does not.
            double tolerance = 5 * Math.sqrt(share * (1 - share) / TICKETS);
            assertThat((double) counts.getOrDefault(version, 0) / TICKETS)
                    .as("share of version %d", version)
                    .isCloseTo(share, within(tolerance + 1e-12));
        });
    }

    @Test
    void whoIsOnTheNewestVersionStaysThereWhileItsShareGrows() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2_000; i++) {
            long ticket = random.nextLong();
            boolean wasOnNewest = false;
            for (int share = 0; share <= 100; share++) {
                boolean isOnNewest = new Split(Map.of(7L, 100 - share, 8L, share)).pick(ticket) == 8;
                assertThat(isOnNewest || !wasOnNewest)
                        .as("ticket %d at %d %%", ticket, share)
                        .isTrue();
                wasOnNewest = isOnNewest;
            }
            assertThat(wasOnNewest).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 2", "9223372036854775807, 1", "-9223372036854775808, 2"})
    void everyTicketHasAVersion(long ticket, long version) {
        assertThat(new Split(Map.of(1L, 1, 2L, 1)).pick(ticket)).isEqualTo(version);
    }

    @Test
    void refusesWhatDividesNothing() {
        assertThatThrownBy(() -> new Split(Map.of(1L, 0)))
                .hasMessage("weights: {1=0} (expected: 0 to 1000000, one above 0)");
        assertThatThrownBy(() -> new Split(Map.of(1L, -1, 2L, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Split(Map.of(1L, 1_000_001))).isInstanceOf(IllegalArgumentException.class);
    }
}

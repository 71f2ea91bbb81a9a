package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    private static final int DRAWS = 100_000;

    private final Random random = new Random(7);

    private double taken(Sampling sampling, String model) {
        int taken = 0;
        for (int i = 0; i < DRAWS; i++) {
            long draw = Sampling.draw(random.nextLong());
            boolean isTaken = sampling.takes(model, draw);
            // What is let go before the model is known must be what no model would have taken.
            assertThat(isTaken && !sampling.mayTake(draw)).isFalse();
            taken += isTaken ? 1 : 0;
        }
        return (double) taken / DRAWS;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.5, 1})
    void takesItsShare(double share) {
        double taken = taken(new Sampling(share), "any");
        if (share == 0 || share == 1) {
            assertThat(taken).isEqualTo(share);
        } else {
            assertThat(taken).isBetween(share * 0.9, share * 1.1);
        }
    }

    @Test
    void aModelHasItsOwnShareUntilItHasNone() {
        Sampling sampling = new Sampling(0);
        sampling.change("busy", 0.1);
        sampling.change("watched", 1.0);
        assertThat(taken(sampling, "watched")).isEqualTo(1);
        assertThat(taken(sampling, "busy")).isBetween(0.09, 0.11);
        assertThat(taken(sampling, "other")).isZero();
        sampling.change("watched", null);
        assertThat(taken(sampling, "watched")).isZero();
        assertThat(sampling.mayTake(Long.MAX_VALUE >>> 8)).isFalse();
        sampling.change("busy", null);
        assertThat(sampling.mayTake(0)).isFalse();
    }
}

package dev.slipway.monitoring.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests are chosen by model and share. */
class PredictionLogTest {
    private static final Sink NOWHERE = new Sink() {
        @Override
        public void write(Batch batch) {
            batch.left().forEach(event -> batch.written(event, 1));
        }

        @Override
        public void close() {}
    };

    @Test
    void aShareOfTheRequestsOfTheModelsThatSaySoIsChosen() {
        Outlet outlet = new Outlet("sink", NOWHERE, Samples.WORDS, Outlet.Settings.DEFAULT);
        try (PredictionLog log = new PredictionLog(Map.of("sink", outlet))) {
            log.configure("fraud", new ModelLog("sink", 0.1, Set.of(ModelLog.What.RESPONSE), Set.of()));
            log.configure("lost", new ModelLog("other", 1, Set.of(ModelLog.What.RESPONSE), Set.of()));
            int chosen = 0;
            for (int i = 0; i < 100_000; i++) {
                chosen += log.follow("fraud") == null ? 0 : 1;
            }
            // Ten standard deviations to either side.
            assertThat(chosen).isBetween(9_050, 10_950);
            assertThat(log.follow("lost")).isNull();
            assertThat(log.follow("unknown")).isNull();
            log.configure("fraud", null);
            assertThat(log.follow("fraud")).isNull();
        }
    }

    @Test
    void ofARequestThatCouldNotBeReadThereIsJustItsError() {
        Outlet outlet = new Outlet("sink", NOWHERE, Samples.WORDS, Outlet.Settings.DEFAULT);
        try (PredictionLog log = new PredictionLog(Map.of("sink", outlet))) {
            log.configure("fraud", Samples.ALL);
            Objects.requireNonNull(log.follow("fraud")).ended(Samples.failed("p", "no JSON"), "");
            log.configure("fraud", new ModelLog("sink", 1, Set.of(ModelLog.What.REQUEST), Set.of()));
            Objects.requireNonNull(log.follow("fraud")).ended(Samples.failed("q", "no JSON"), "");
            log.close();
        }
        assertThat(outlet.counts().written()).isEqualTo(1);
        assertThat(outlet.held()).isZero();
    }
}

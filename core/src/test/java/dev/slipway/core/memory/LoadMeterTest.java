package dev.slipway.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
    private static final long MIB = 1 << 20;

    private final AtomicLong resident = new AtomicLong(1000 * MIB);
    private final AtomicInteger readings = new AtomicInteger();
    private final LoadMeter meter = new LoadMeter(() -> {
        readings.incrementAndGet();
        long bytes = resident.get();
        return () -> bytes;
    });

    @Test
    void measuresALoadThatIsAlone() {
        LoadMeter.Span span = meter.begin(100 * MIB, 100 * MIB);
        resident.addAndGet(130 * MIB);
        assertThat(span.end()).isEqualTo(130 * MIB);
        assertThat(span.end()).as("a second time").isZero();
    }

    @Test
    void measuresAgainAfterOthersHaveEnded() {
        LoadMeter.Span first = meter.begin(100 * MIB, 0);
        LoadMeter.Span second = meter.begin(100 * MIB, 0);
        resident.addAndGet(200 * MIB);
        assertThat(first.end()).as("overlapped by a later one").isZero();
        assertThat(second.end()).as("overlapped by an earlier one").isZero();
        LoadMeter.Span third = meter.begin(100 * MIB, 0);
        resident.addAndGet(100 * MIB);
        assertThat(third.end()).isEqualTo(100 * MIB);
    }

    @Test
    void knowsNothingOfALoadBesideAnUnload() {
        LoadMeter.Span unload = meter.disturb();
        LoadMeter.Span load = meter.begin(100 * MIB, 0);
        unload.end();
        resident.addAndGet(100 * MIB);
        assertThat(load.end()).isZero();

        LoadMeter.Span next = meter.begin(100 * MIB, 0);
        meter.disturb().end();
        resident.addAndGet(100 * MIB);
        assertThat(next.end()).as("an unload came and went").isZero();
    }

    @Test
    void knowsNothingOfGrowthThatMayBeTheJvmsOwn() {
        LoadMeter.Span span = meter.begin(100 * MIB, 0);
        resident.addAndGet(MIB);
        assertThat(span.end()).isZero();
        LoadMeter.Span shrinking = meter.begin(100 * MIB, 0);
        resident.addAndGet(-50 * MIB);
        assertThat(shrinking.end()).isZero();
    }

    @Test
    void takesNoReadingForSmallModels() {
        meter.begin(LoadMeter.EXPECTED_BYTES_MIN - 1, 0).end();
        meter.begin(100 * MIB, 3201 * MIB).end();
        assertThat(readings).hasValue(0);
        meter.begin(100 * MIB, 3200 * MIB).end();
        assertThat(readings).hasValue(2);
    }

    @Test
    void knowsNothingWithoutAMeter() {
        assertThat(new LoadMeter(MemoryMeter.NONE).begin(100 * MIB, 0).end()).isZero();
    }
}

package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.memory.LoadMeter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadingTest {
    private static final long MIB = 1 << 20;
    private static final ServableId ID = new ServableId("fraud", 1);

    private final AtomicLong resident = new AtomicLong(5000 * MIB);
    private final ResourceTracker resources = new ResourceTracker(1000 * MIB);
    private final LoadMeter meter = new LoadMeter(() -> {
        long bytes = resident.get();
        return () -> bytes;
    });

    /**
     * A model that takes memory when it is loaded, and gives it back when it is closed.
     *
     * @param fails whether it is loaded in vain
     */
    private record Model(long expected, long taken, boolean fails, AtomicLong resident) implements Loader, Servable {
        @Override
        public String format() {
            return "fake";
        }

        @Override
        public ModelDescription describe() {
            return description();
        }

        @Override
        public ModelDescription description() {
            return new ModelDescription("fake", Map.of(), expected, Map.of());
        }

        @Override
        public Servable load() {
            if (fails) {
                throw new SlipwayException(ErrorCode.INTERNAL, "told to fail");
            }
            resident.addAndGet(taken);
            return this;
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            resident.addAndGet(-taken);
        }
    }

    private Model model(long expectedMib, long takenMib) {
        return new Model(expectedMib * MIB, takenMib * MIB, false, resident);
    }

    private Loading.Loaded load(Loading loading, Model model) {
        return loading.warm(ID, model, loading.load(ID, model));
    }

    @Test
    void measuresALoadTogetherWithItsWarmUp() {
        Loading loading = new Loading(resources, (id, loader, servable) -> resident.addAndGet(30 * MIB), meter);
        Loading.Loaded loaded = load(loading, model(100, 150));
        assertThat(loaded.memory()).isEqualTo(new VersionStatus.Memory(100 * MIB, 180 * MIB));
        assertThat(resources.reservedBytes()).isEqualTo(180 * MIB);
        loading.unload(ID, loaded);
        assertThat(resources.reservedBytes()).isZero();
    }

    @Test
    void refusesTheNextVersionByWhatTheLastOneTook() {
        Loading loading = new Loading(resources, WarmUp.NONE, meter);
        Loading.Loaded first = load(loading, model(300, 600));
        assertThatThrownBy(() -> loading.load(ID, model(300, 600))).hasMessage("needs 600.0 MiB (free: 400.0 MiB)");
        loading.unload(ID, first);
        assertThat(load(loading, model(300, 600)).bytes()).isEqualTo(600 * MIB);
    }

    @Test
    void measuresAgainAfterLoadsAndWarmUpsThatFailed() {
        Loading failing = new Loading(
                resources,
                (id, loader, servable) -> {
                    throw new IllegalStateException("told to fail");
                },
                meter);
        assertThatThrownBy(() -> load(failing, model(100, 150))).hasMessageContaining("told to fail");
        Loading loading = new Loading(resources, WarmUp.NONE, meter);
        Model broken = new Model(100 * MIB, 0, true, resident);
        assertThatThrownBy(() -> loading.load(ID, broken)).hasMessage("told to fail");
        assertThat(resources.reservedBytes()).isZero();
        assertThat(load(loading, model(100, 150)).measuredBytes()).isEqualTo(150 * MIB);
    }

    @Test
    void keepsNothingBackWhenMemoryCannotBeRead() {
        LoadMeter failing = new LoadMeter(() -> {
            throw new NumberFormatException("a new kernel's text");
        });
        Loading loading = new Loading(resources, WarmUp.NONE, failing);
        Loading.Loaded loaded = load(loading, model(100, 150));
        assertThat(loaded.measuredBytes()).isZero();
        loading.unload(ID, loaded);
        assertThat(resources.reservedBytes()).isZero();
    }
}

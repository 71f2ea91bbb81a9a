package dev.slipway.core.traffic;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.Manager;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.ServingMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which versions a model's requests go to, beyond what they say themselves: keeps what was asked, hands the labels on to the
 * {@link Manager}, sends one back whose new version does harm, and has shadows asked. Has to be told of the requests'
 * ends. Thread-safe.
 */
public final class Traffic implements ServingListener {
    private final Manager manager;
    private final LongSupplier clock;
    private final Shadows shadows;

    /** Only models of which something is asked, so that requests for the others cost one look here. */
    private final Map<String, ModelTraffic> models = new ConcurrentHashMap<>();

    /**
     * @param manager whose models these are
     * @param compute where shadows run, when it has nothing else to do
     */
    public Traffic(Manager manager, ComputePool compute) {
        this(manager, new Shadows(manager.map(), compute::whenSpare), System::nanoTime);
    }

    Traffic(Manager manager, Shadows shadows, LongSupplier clock) {
        this.manager = manager;
        this.shadows = shadows;
        this.clock = clock;
    }

    /**
     * States, whole, what is wished of a model, in place of {@link Manager#configure}: its labels may be elsewhere for now,
     * since they broke a bound. A label that was sent back stays there as long as the same is wished of it.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the default label is none of the model's; then nothing changes
     */
    public synchronized void configure(String model, ModelSettings lifecycle, TrafficSettings traffic) {
        String label = traffic.defaultLabel();
        if (!label.isEmpty() && !lifecycle.labels().containsKey(label)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "model '%s': default label '%s' is none of its labels (labels: %s)"
                            .formatted(
                                    model,
                                    label,
                                    lifecycle.labels().isEmpty()
                                            ? "none"
                                            : String.join(", ", new TreeMap<>(lifecycle.labels()).keySet())));
        }
        ModelTraffic known = models.get(model);
        boolean isPlain =
                traffic.equals(TrafficSettings.DEFAULT) && lifecycle.labels().isEmpty();
        if (known == null && isPlain) {
            manager.configure(model, lifecycle);
            return;
        }
        if (known == null) {
            known = new ModelTraffic(model, manager);
            models.put(model, known);
        }
        known.configure(lifecycle, traffic);
        // What was sent back goes on to count.
        if (isPlain && known.rollbacks() == 0) {
            models.remove(model);
        }
    }

    /** What is asked of a model's traffic; null when nothing is. */
    @Nullable
    TrafficSettings settings(String model) {
        ModelTraffic known = models.get(model);
        return known == null ? null : known.settings();
    }

    ServingMap map() {
        return manager.map();
    }

    @Override
    public void requestEnded(ServableId id, ErrorCode code, long runNanos) {
        ModelTraffic known = models.get(id.model());
        if (known != null && known.settings().rollback() != null) {
            known.ended(new LabelWatch.End(id.version(), code, runNanos, clock.getAsLong()));
        }
    }

    /** A copy to be made of a request that {@code handle} will answer; null for most. */
    @Nullable
    ShadowCopy sample(Handle handle, InferenceRequest request) {
        ModelTraffic known = models.get(handle.id().model());
        if (known == null) {
            return null;
        }
        Shadow asked = known.settings().shadow();
        ShadowTally tally = known.shadow();
        if (asked == null
                || tally == null
                || handle.id().version() == asked.version()
                || ThreadLocalRandom.current().nextDouble() >= asked.share()) {
            return null;
        }
        return new ShadowCopy(shadows, tally, asked.tolerance(), request);
    }

    /** What came of the copies, by model; those that have a shadow now. */
    public SortedMap<String, ShadowState> shadows() {
        SortedMap<String, ShadowState> states = new TreeMap<>();
        models.forEach((model, known) -> {
            ShadowTally tally = known.shadow();
            if (tally != null) {
                states.put(model, tally.state());
            }
        });
        return states;
    }

    /** How many times a label of a model was sent back, by model; those of which something is asked. */
    public SortedMap<String, Long> rollbacks() {
        SortedMap<String, Long> counts = new TreeMap<>();
        models.forEach((model, known) -> counts.put(model, known.rollbacks()));
        return counts;
    }
}

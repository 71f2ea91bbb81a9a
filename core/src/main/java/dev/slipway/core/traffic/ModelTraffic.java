package dev.slipway.core.traffic;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.core.Manager;
import dev.slipway.core.ModelSettings;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The traffic of one model: what was asked of it, where its labels are meant to be, and those that are watched. */
final class ModelTraffic {
    private static final System.Logger LOG = System.getLogger(ModelTraffic.class.getName());

    private final String model;
    private final Manager manager;
    private final AtomicLong rollbacks = new AtomicLong();

    /** Recent runs of each version, where labels are watched for their times. */
    private final Map<Long, RunTimes> times = new ConcurrentHashMap<>();

    /** The three below are read by requests, and replaced whole under this object's monitor. */
    private volatile TrafficSettings settings = TrafficSettings.DEFAULT;

    private volatile List<LabelWatch> watches = List.of();
    private volatile @Nullable ShadowTally shadow;

    // Guarded by this object's monitor.
    private ModelSettings lifecycle = ModelSettings.DEFAULT;
    private final Map<String, Move> moves = new TreeMap<>();

    /**
     * What was last wished of a label.
     *
     * @param wish where it is to be
     * @param from where it was; null when it was nowhere
     * @param back where it was sent in place of the wish; null as long as it was not
     * @param reason why the wish is not to be had; null as long as it is
     */
    private record Move(
            Split wish,
            @Nullable Split from,
            @Nullable Split back,
            @Nullable String reason) {}

    ModelTraffic(String model, Manager manager) {
        this.model = model;
        this.manager = manager;
    }

    TrafficSettings settings() {
        return settings;
    }

    @Nullable
    ShadowTally shadow() {
        return shadow;
    }

    long rollbacks() {
        return rollbacks.get();
    }

    synchronized void configure(ModelSettings asked, TrafficSettings traffic) {
        lifecycle = asked;
        settings = traffic;
        moves.keySet().retainAll(asked.labels().keySet());
        List<LabelWatch> next = new ArrayList<>();
        asked.labels().forEach((label, wish) -> {
            Move before = moves.get(label);
            if (before == null || !before.wish().equals(wish)) {
                next.addAll(move(label, before, wish));
            } else {
                watches.stream().filter(watch -> watch.label().equals(label)).forEach(next::add);
            }
        });
        watches = traffic.rollback() == null ? List.of() : List.copyOf(next);
        if (traffic.rollback() == null) {
            times.clear();
        }
        configureShadow(traffic.shadow());
        apply();
    }

    /** Notes a new wish; answers a watch of it, if there is somewhere to go back to. */
    private List<LabelWatch> move(String label, @Nullable Move before, Split wish) {
        ModelStatus status = manager.statuses().get(model);
        Split shown = status == null ? null : status.labels().get(label);
        Split from = shown;
        if (before != null && (shown == null || shown.equals(wish))) {
            // Either it is there already, or the wish before is still on its way to the manager.
            from = isServed(before.wish(), status) ? before.wish() : null;
        }
        // Who takes a label back to where it was before wants it there, whatever the bounds.
        boolean isWayBack = before != null && wish.equals(before.from());
        moves.put(label, new Move(wish, isWayBack ? null : from, null, null));
        return from == null || isWayBack || from.equals(wish) ? List.of() : List.of(new LabelWatch(label, from, wish));
    }

    private void configureShadow(@Nullable Shadow asked) {
        ShadowTally present = shadow;
        if (asked == null) {
            shadow = null;
        } else if (present == null || present.version() != asked.version()) {
            shadow = new ShadowTally(model, asked.version());
        }
    }

    private void apply() {
        Map<String, Split> labels = new TreeMap<>();
        Map<String, String> reasons = new TreeMap<>();
        moves.forEach((label, move) -> {
            Split back = move.back();
            String reason = move.reason();
            labels.put(label, back == null ? move.wish() : back);
            if (reason != null) {
                reasons.put(label, reason);
            }
        });
        manager.configure(model, lifecycle.withLabels(labels), reasons);
    }

    /** Takes a request's end into account; on its own thread. */
    void ended(LabelWatch.End end) {
        RollbackBounds bounds = settings.rollback();
        if (bounds == null) {
            return;
        }
        if (bounds.p99RatioMax() > 0 && end.runNanos() > 0 && end.code() == ErrorCode.OK) {
            timesOf(end.version()).record(end.runNanos());
        }
        for (LabelWatch watch : watches) {
            if (!watch.isBegun() && watch.watches(end.version()) && isThere(watch)) {
                watch.begin(end.nowNanos());
            }
            if (watch.isOver(bounds, end.nowNanos())) {
                unwatch(watch);
            } else if (watch.isBegun()) {
                String broken = watch.ended(end, bounds, times);
                if (broken != null) {
                    rollBack(watch, broken);
                }
            }
        }
    }

    private RunTimes timesOf(long version) {
        RunTimes there = times.get(version);
        if (there != null) {
            return there;
        }
        ModelStatus status = manager.statuses().get(model);
        if (status != null) {
            // Versions come and go; what has gone is forgotten when another comes.
            times.keySet().removeIf(old -> old != version && !isAvailable(status, old));
        }
        return times.computeIfAbsent(version, number -> new RunTimes());
    }

    private boolean isThere(LabelWatch watch) {
        ModelStatus status = manager.statuses().get(model);
        return status != null && watch.to().equals(status.labels().get(watch.label()));
    }

    private static boolean isServed(Split split, @Nullable ModelStatus status) {
        return status != null
                && split.weights().entrySet().stream()
                        .allMatch(entry -> entry.getValue() == 0 || isAvailable(status, entry.getKey()));
    }

    private static boolean isAvailable(ModelStatus status, long version) {
        return status.versions().stream()
                .anyMatch(each -> each.version() == version && each.state() == VersionState.AVAILABLE);
    }

    /** Whether this call ended it. */
    private synchronized boolean unwatch(LabelWatch watch) {
        List<LabelWatch> left = new ArrayList<>(watches);
        boolean isFirst = left.remove(watch);
        watches = List.copyOf(left);
        return isFirst;
    }

    private synchronized void rollBack(LabelWatch watch, String broken) {
        // Of the requests that find the bound broken at the same time, the first acts; and not against a newer wish.
        if (!unwatch(watch)) {
            return;
        }
        ModelStatus status = manager.statuses().get(model);
        boolean hasWayBack = isServed(watch.from(), status);
        String reason = hasWayBack
                ? "%s; back to %s".formatted(broken, watch.from())
                : "%s; stays, since version %s, where it was, is not available (available: %s)"
                        .formatted(broken, watch.from(), available(status));
        moves.put(watch.label(), new Move(watch.to(), watch.from(), hasWayBack ? watch.from() : null, reason));
        if (hasWayBack) {
            rollbacks.incrementAndGet();
        }
        LOG.log(Level.WARNING, "model ''{0}'': label ''{1}'': {2}", model, watch.label(), reason);
        apply();
    }

    private static String available(@Nullable ModelStatus status) {
        return status == null
                ? "none"
                : status.versions().stream()
                        .filter(version -> version.state() == VersionState.AVAILABLE)
                        .map(version -> Long.toString(version.version()))
                        .collect(Collectors.joining(", "));
    }
}

package dev.slipway.server.control;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.policy.ResourcePreserving;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.OwnFiles;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Change.Step;
import dev.slipway.server.control.Change.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Says what a switch from one configuration to another would load, unload, move and reject. Changes nothing. */
public final class Forecast {
    private static final Set<VersionState> HELD = Set.of(
            VersionState.NEW,
            VersionState.LOADING,
            VersionState.WARMING,
            VersionState.AVAILABLE,
            VersionState.UNLOADING);

    private final Inventory inventory;
    private final Map<String, ModelStatus> statuses;
    private final long budgetBytes;
    private final VersionPolicy policy;

    /**
     * @param inventory says which versions there are
     * @param statuses what is held now, by model
     * @param budgetBytes for all models together, in bytes, of configurations that say nothing of it
     * @param policy of models that have none of their own
     */
    public Forecast(Inventory inventory, Map<String, ModelStatus> statuses, long budgetBytes, VersionPolicy policy) {
        this.inventory = inventory;
        this.statuses = statuses;
        this.budgetBytes = budgetBytes;
        this.policy = policy;
    }

    /** What a server that starts with {@code to} would do. */
    public Change fromNothing(ServingConfig to) {
        return of(ConfigYaml.NOTHING, to, OwnFiles::over);
    }

    /** @param settled what holds for a model of a configuration, its own file included */
    Change of(ServingConfig from, ServingConfig to, BiFunction<ServingConfig, String, ModelConfig> settled) {
        Plan plan = new Plan(to.memoryBudgetBytes() > 0 ? to.memoryBudgetBytes() : budgetBytes);
        Differences.ofServers(from, to, plan.steps);
        Map<String, String> before = inventory.locations(from);
        Map<String, String> after = inventory.locations(to);
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<Turn> turns = new ArrayList<>();
        for (String name : names) {
            boolean was = before.containsKey(name);
            boolean is = after.containsKey(name);
            turns.add(new Turn(
                    name,
                    was ? settled.apply(from, name).withLocation(Objects.toString(before.get(name), "")) : null,
                    is ? settled.apply(to, name).withLocation(Objects.toString(after.get(name), "")) : null));
        }
        // What goes makes room for what comes, whatever its name.
        turns.forEach(plan::free);
        turns.forEach(plan::add);
        return new Change(plan.steps, plan.bytes, plan.budget);
    }

    /** A model before and after; null where it is not asked for. */
    private record Turn(
            String name,
            @Nullable ModelConfig from,
            @Nullable ModelConfig to) {
        /** Whether other versions may be wanted, or the same from elsewhere. */
        boolean isOtherVersions() {
            return from == null
                    || to == null
                    || isElsewhere()
                    || !from.versions().equals(to.versions())
                    || from.lifecycle().isUnloaded() != to.lifecycle().isUnloaded();
        }

        boolean isElsewhere() {
            return from != null && to != null && !from.location().equals(to.location());
        }
    }

    /** The steps so far, and the memory that is taken after them. */
    private final class Plan {
        final List<Step> steps = new ArrayList<>();
        final long budget;
        long bytes;

        Plan(long budget) {
            this.budget = budget;
            statuses.values().forEach(status -> bytes += sum(held(status.name())));
        }

        /** Gives back what goes for good before anything comes: models that are asked for no longer. */
        void free(Turn turn) {
            if (turn.to() == null) {
                bytes -= sum(held(turn.name()));
            }
        }

        void add(Turn turn) {
            Map<Long, Long> held = held(turn.name());
            ModelConfig to = turn.to();
            if (to == null) {
                held.forEach((version, size) -> unload(turn.name(), version, size));
                return;
            }
            if (turn.isOtherVersions()) {
                versions(turn.name(), to, held, turn.isElsewhere());
            }
            Differences.ofModels(turn.name(), turn.from(), to, steps);
        }

        private void versions(String name, ModelConfig to, Map<Long, Long> held, boolean isElsewhere) {
            NavigableMap<Long, Inventory.Found> wanted =
                    to.lifecycle().isUnloaded() ? new TreeMap<>() : inventory.wanted(name, to);
            Map<Long, Long> going = new TreeMap<>(held);
            if (!isElsewhere) {
                going.keySet().removeAll(wanted.keySet());
            }
            if (wanted.isEmpty() && !to.lifecycle().isUnloaded()) {
                // Nothing is there, or nobody can see it: what is served stays.
                return;
            }
            boolean isFreedFirst = to.lifecycle().isUnloaded() || order(to) instanceof ResourcePreserving;
            long freed = sum(going);
            bytes -= isFreedFirst ? freed : 0;
            wanted.forEach((version, found) -> {
                if (isElsewhere || !held.containsKey(version)) {
                    load(name, to, version, found);
                }
            });
            bytes -= isFreedFirst ? 0 : freed;
            going.forEach((version, size) -> {
                if (!wanted.containsKey(version)) {
                    unload(name, version, size);
                }
            });
        }

        private VersionPolicy order(ModelConfig model) {
            return Objects.requireNonNullElse(model.lifecycle().policy(), policy);
        }

        private void load(String name, ModelConfig to, long version, Inventory.Found found) {
            String subject = "version " + version;
            SlipwayException fault = found.fault();
            if (fault != null) {
                steps.add(new Step(What.REJECT, name, subject, fault.getMessage(), fault));
                return;
            }
            String size = found.bytes() > 0 ? ByteSize.format(found.bytes()) : "";
            if (to.lifecycle().residency() == ModelSettings.Residency.ON_DEMAND) {
                steps.add(new Step(What.SET, name, subject, size.isEmpty() ? "on demand" : size + " on demand", null));
                return;
            }
            long free = budget - bytes;
            if (found.bytes() > free) {
                String reason = "needs %s (free: %s)".formatted(size, ByteSize.format(Math.max(0, free)));
                steps.add(new Step(
                        What.REJECT,
                        name,
                        subject,
                        reason,
                        new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, reason)));
                return;
            }
            bytes += found.bytes();
            steps.add(new Step(What.LOAD, name, subject, size, null));
        }

        private void unload(String name, long version, long size) {
            steps.add(new Step(What.UNLOAD, name, "version " + version, size > 0 ? ByteSize.format(size) : "", null));
        }
    }

    /** What is held of a model now: bytes by version. */
    private Map<Long, Long> held(String name) {
        Map<Long, Long> held = new TreeMap<>();
        ModelStatus status = statuses.get(name);
        if (status != null) {
            for (VersionStatus version : status.versions()) {
                if (HELD.contains(version.state())) {
                    held.put(version.version(), version.sizeBytes());
                }
            }
        }
        return held;
    }

    private static long sum(Map<Long, Long> sizes) {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }
}

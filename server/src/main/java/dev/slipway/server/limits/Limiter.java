package dev.slipway.server.limits;

import dev.slipway.access.Principal;
import dev.slipway.core.batching.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets requests in as far as the limits of who asks, and those of the model, allow. Other limits count at once, for what is in
 * flight too: what is counted, and what it is held against, are kept apart. Nothing here waits, and nothing is locked where
 * requests come by. Thread-safe.
 */
public final class Limiter implements Admission {
    private static final int METERS_MAX = 100_000;

    private final Supplier<Sharing> sharing;
    private final LongSupplier clock;
    private final Meters meters;
    private final Refusals refusals = new Refusals();
    /** Replaced whenever something else is said; under this object's monitor. */
    private volatile Plan plan;

    /**
     * @param sharing what holds now of those who ask; another object when that changes
     * @param clock nanoseconds, as {@link System#nanoTime}
     */
    public Limiter(Supplier<Sharing> sharing, LongSupplier clock) {
        this(sharing, clock, METERS_MAX);
    }

    Limiter(Supplier<Sharing> sharing, LongSupplier clock, int metersMax) {
        this.sharing = sharing;
        this.clock = clock;
        this.meters = new Meters(metersMax, clock);
        this.plan = new Plan(sharing.get(), Map.of());
    }

    /** What holds for a model over all who ask, from now on. */
    public synchronized void configure(String model, Limits limits) {
        Limits before = plan.models.getOrDefault(model, Limits.NONE);
        if (!before.equals(limits)) {
            Map<String, Limits> models = new HashMap<>(plan.models);
            if (limits.areNone()) {
                models.remove(model);
            } else {
                models.put(model, limits);
            }
            plan = new Plan(plan.sharing, Map.copyOf(models));
        }
    }

    private synchronized Plan renewed() {
        if (!isCurrent(plan)) {
            plan = new Plan(sharing.get(), plan.models);
        }
        return plan;
    }

    @SuppressWarnings("ReferenceEquality") // Another object says something else, and every request asks.
    private boolean isCurrent(Plan known) {
        return known.sharing == sharing.get();
    }

    @Override
    public Ticket admit(Principal principal, String model, long bytes) {
        Plan now = plan;
        if (!isCurrent(now)) {
            now = renewed();
        }
        if (now.isFree && principal.isAnonymous()) {
            return Ticket.FREE;
        }
        Standing standing = now.standing(principal, model);
        return standing.lines.length == 0
                ? standing
                : Admitted.enter(standing, model, bytes, refusals, clock.getAsLong());
    }

    /** Refusals since the start, by model and limit; a live view. */
    Refusals refusals() {
        return refusals;
    }

    Meters meters() {
        return meters;
    }

    /** What is said now, and what was found to follow from it for those who have asked. */
    private final class Plan {
        /** Callers are many; what is known of them is found again. */
        private static final int REMEMBERED_MAX = 10_000;

        private final Sharing sharing;
        private final Map<String, Limits> models;
        /** Nothing is limited, and nobody who shows nothing has a tenant of their own. */
        private final boolean isFree;

        private final Map<Asked, Standing> standings = new ConcurrentHashMap<>();

        /** @param model empty where none is limited */
        private record Asked(Principal principal, String model) {}

        Plan(Sharing sharing, Map<String, Limits> models) {
            this.sharing = sharing;
            this.models = models;
            this.isFree = sharing.allowances().isEmpty()
                    && models.isEmpty()
                    && sharing.tenant(Principal.ANONYMOUS).equals(Tenant.SHARED);
        }

        Standing standing(Principal principal, String model) {
            boolean isByModel = !sharing.allowances().isEmpty() || !models.isEmpty();
            Asked asked = new Asked(principal, isByModel ? model : "");
            Standing known = standings.get(asked);
            if (known == null) {
                known = found(principal, model);
                if (standings.size() >= REMEMBERED_MAX) {
                    standings.clear();
                }
                standings.put(asked, known);
            }
            return known;
        }

        private Standing found(Principal principal, String model) {
            Tenant tenant = sharing.tenant(principal);
            List<Line> lines = new ArrayList<>();
            for (Sharing.Allowance allowance : sharing.of(principal, tenant, model)) {
                Meters.Key key =
                        new Meters.Key(tenant.name(), allowance.models().text());
                lines.add(new Line(key, subject(principal, tenant), allowance.limits(), meters));
            }
            Limits ofModel = models.get(model);
            if (ofModel != null) {
                lines.add(new Line(new Meters.Key(null, model), "", ofModel, meters));
            }
            return new Standing(tenant, lines, clock);
        }

        private static String subject(Principal principal, Tenant tenant) {
            if (tenant.equals(Tenant.SHARED)) {
                return "those who show nothing";
            }
            return tenant.name().equals(principal.name()) ? principal.name() : "tenant '" + tenant.name() + "'";
        }
    }
}

package dev.slipway.server.limits;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Pattern;
import dev.slipway.access.Principal;
import dev.slipway.core.batching.Tenant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How those who ask share what there is.
 *
 * @param shares whoever is in none is a tenant alone; in several, in the first
 * @param allowances what tenants may ask; of those for the same models, the first that is for who asks counts
 * @param rules that say who has which roles
 */
public record Sharing(List<Share> shares, List<Allowance> allowances, AccessRules rules) {
    /** Everybody alone, and without limits. */
    public static final Sharing NONE = new Sharing(List.of(), List.of(), AccessRules.NOTHING);

    public Sharing {
        shares = List.copyOf(shares);
        allowances = List.copyOf(allowances);
    }

    /**
     * What some have together.
     *
     * @param members by names, groups and roles
     */
    public record Share(Tenant tenant, Who members) {}

    /**
     * What each tenant may ask, of all these models together.
     *
     * @param who it is for
     */
    public record Allowance(Who who, Pattern models, Limits limits) {}

    /** Those who show nothing are one tenant together. */
    Tenant tenant(Principal principal) {
        if (!shares.isEmpty()) {
            List<String> roles = rules.rolesOf(principal);
            for (Share share : shares) {
                if (share.members().includes(principal, roles, "")) {
                    return share.tenant();
                }
            }
        }
        return principal.isAnonymous() ? Tenant.SHARED : new Tenant(principal.name(), 1);
    }

    /** What counts for a principal that asks a model; often none. */
    List<Allowance> of(Principal principal, Tenant tenant, String model) {
        List<String> roles = rules.rolesOf(principal);
        List<Allowance> found = new ArrayList<>();
        Set<Pattern> models = new HashSet<>();
        for (Allowance allowance : allowances) {
            if (allowance.models().matches(model)
                    && !models.contains(allowance.models())
                    && allowance.who().includes(principal, roles, tenant.name())) {
                models.add(allowance.models());
                if (!allowance.limits().areNone()) {
                    found.add(allowance);
                }
            }
        }
        return found;
    }
}

package dev.slipway.access;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may do what: the one evaluator for every route and call. What no grant covers is denied. Never changed: other rules are
 * another object, which starts with no decisions remembered. Thread-safe.
 */
public final class AccessRules {
    /** Roles that need not be written. */
    public static final Map<String, List<Grant>> BUILT_IN = Map.of(
            "reader", List.of(Grant.of("*", Action.READ)),
            "caller", List.of(Grant.of("*", Action.PREDICT, Action.EXPLAIN, Action.READ)),
            "deployer", List.of(Grant.of("*", Action.PREDICT, Action.EXPLAIN, Action.READ, Action.DEPLOY)),
            "admin", List.of(Grant.of("*", Action.values())));

    /** Everybody may do everything. */
    public static final AccessRules OPEN =
            new AccessRules(Map.of(), Map.of(Principal.ANONYMOUS.name(), Set.of("admin")));

    /** Nobody may do anything, unless what they show brings a role. */
    public static final AccessRules NOTHING = new AccessRules(Map.of(), Map.of());

    /** Before a group's name, where names of principals stand. */
    public static final String GROUP = "group:";

    /** Names of models come from clients, and may be invented: what is remembered is bounded. */
    private static final int REMEMBERED_MAX = 10_000;

    /** Of names that are remembered: no model's is as long. */
    private static final int NAME_CHARACTERS_MAX = 256;

    private final Map<String, List<Grant>> roles;
    private final Map<String, Set<String>> members;
    private final Map<Asked, Boolean> decisions = new ConcurrentHashMap<>();
    private final Map<Sort, Boolean> sorts = new ConcurrentHashMap<>();

    private record Asked(Principal principal, Need need) {}

    private record Sort(Principal principal, Action action) {}

    /**
     * @param roles what each may do, by name, beside the {@linkplain #BUILT_IN built in} ones
     * @param members the roles of principals and groups: {@code token:alice}, {@code group:ml}, {@code anonymous}
     * @throws IllegalArgumentException when a member has a role that there is not, or one that is built in is written again
     */
    public AccessRules(Map<String, List<Grant>> roles, Map<String, Set<String>> members) {
        Map<String, List<Grant>> all = new ConcurrentHashMap<>(BUILT_IN);
        roles.forEach((name, grants) -> {
            if (all.putIfAbsent(name, List.copyOf(grants)) != null) {
                throw new IllegalArgumentException("role '%s' is built in (expected: another name)".formatted(name));
            }
        });
        members.forEach((name, held) -> held.forEach(role -> {
            if (!all.containsKey(role)) {
                throw new IllegalArgumentException("'%s' has the role '%s' (expected: one of %s)"
                        .formatted(name, role, new TreeSet<>(all.keySet())));
            }
        }));
        this.roles = Map.copyOf(all);
        this.members = Map.copyOf(members);
    }

    /** The names of all roles that there are, built in or not. */
    public SortedSet<String> roles() {
        return new TreeSet<>(roles.keySet());
    }

    /** Whether there is a role of that name. */
    public boolean knows(String role) {
        return roles.containsKey(role);
    }

    /** Whether {@code principal} may do that; remembered, since the same is asked again and again. */
    public boolean allows(Principal principal, Need need) {
        if (need.isLongerThan(NAME_CHARACTERS_MAX)) {
            return decide(principal, need);
        }
        Asked asked = new Asked(principal, need);
        Boolean known = decisions.get(asked);
        if (known == null) {
            known = decide(principal, need);
            if (decisions.size() >= REMEMBERED_MAX) {
                decisions.clear();
            }
            decisions.put(asked, known);
        }
        return known;
    }

    /** How many decisions are remembered. */
    int remembered() {
        return decisions.size();
    }

    /**
     * @throws SlipwayException {@code UNAUTHENTICATED} when somebody who showed nothing may not do it, {@code PERMISSION_DENIED}
     *     when somebody else may not; which roles would do is not told
     */
    public void require(Principal principal, Need need) {
        if (!allows(principal, need)) {
            throw denied(principal, need.toString());
        }
    }

    /** @throws SlipwayException as {@link #require}, when {@code principal} may do it to nothing at all */
    public void requireSome(Principal principal, Action action) {
        if (!allowsSome(principal, action)) {
            throw denied(principal, action.word() + " any model");
        }
    }

    private static SlipwayException denied(Principal principal, String what) {
        return principal.isAnonymous()
                ? new SlipwayException(
                        ErrorCode.UNAUTHENTICATED,
                        "who asks is not known, and may not %s (expected: an API key, a token or a client certificate)"
                                .formatted(what))
                : new SlipwayException(
                        ErrorCode.PERMISSION_DENIED, "'%s' may not %s".formatted(principal.name(), what));
    }

    /** Asked before it is known to what, which only the whole request says. */
    boolean allowsSome(Principal principal, Action action) {
        Sort sort = new Sort(principal, action);
        Boolean known = sorts.get(sort);
        if (known == null) {
            known = rolesOf(principal).stream()
                    .flatMap(role -> roles.getOrDefault(role, List.of()).stream())
                    .anyMatch(grant -> grant.actions().contains(action));
            if (sorts.size() >= REMEMBERED_MAX) {
                sorts.clear();
            }
            sorts.put(sort, known);
        }
        return known;
    }

    private boolean decide(Principal principal, Need need) {
        if (!principal.reaches(need)) {
            return false;
        }
        for (String role : rolesOf(principal)) {
            for (Grant grant : roles.getOrDefault(role, List.of())) {
                if (grant.covers(need)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The roles that {@code principal} has: those it brings, and those of its name, its groups and of everybody. */
    public List<String> rolesOf(Principal principal) {
        List<String> held = new ArrayList<>(principal.roles());
        // Who shows something may do no less than who shows nothing.
        held.addAll(members.getOrDefault(Principal.ANONYMOUS.name(), Set.of()));
        held.addAll(members.getOrDefault(principal.name(), Set.of()));
        principal.groups().forEach(group -> held.addAll(members.getOrDefault(GROUP + group, Set.of())));
        return held;
    }
}

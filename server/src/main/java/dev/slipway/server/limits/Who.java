package dev.slipway.server.limits;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Pattern;
import dev.slipway.access.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Some of those who ask: the names of principals, {@code group:}, {@code role:} or {@code tenant:} and a name, each with {@code *}
 * for any characters.
 */
public final class Who {
    /** Before a role's name. */
    public static final String ROLE = "role:";

    /** Before a tenant's name. */
    public static final String TENANT = "tenant:";

    /** Whoever asks. */
    public static final Who ALL = new Who(List.of("*"));

    private final List<String> words;
    private final List<Pattern> principals = new ArrayList<>();
    private final List<Pattern> groups = new ArrayList<>();
    private final List<Pattern> roles = new ArrayList<>();
    private final List<Pattern> tenants = new ArrayList<>();

    /** @throws IllegalArgumentException when a word is empty but for what stands before a name */
    public Who(Collection<String> words) {
        this.words = List.copyOf(words);
        for (String word : this.words) {
            if (!add(word, AccessRules.GROUP, groups) && !add(word, ROLE, roles) && !add(word, TENANT, tenants)) {
                principals.add(new Pattern(word));
            }
        }
    }

    private static boolean add(String word, String before, List<Pattern> patterns) {
        if (word.startsWith(before)) {
            patterns.add(new Pattern(word.substring(before.length())));
            return true;
        }
        return false;
    }

    /** As they were written. */
    public List<String> words() {
        return words;
    }

    /** @param roles that the principal has */
    boolean includes(Principal principal, Collection<String> roles, String tenant) {
        return isAny(principals, List.of(principal.name()))
                || isAny(groups, principal.groups())
                || isAny(this.roles, roles)
                || isAny(tenants, List.of(tenant));
    }

    private static boolean isAny(List<Pattern> patterns, Collection<String> names) {
        for (Pattern pattern : patterns) {
            for (String name : names) {
                if (pattern.matches(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Who who && words.equals(who.words);
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    @Override
    public String toString() {
        return words.toString();
    }
}

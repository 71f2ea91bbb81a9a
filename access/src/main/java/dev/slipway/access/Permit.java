package dev.slipway.access;

import dev.slipway.api.SlipwayException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * What somebody may do, for as long as a request of theirs is handled: rules that change meanwhile count for the next one.
 *
 * @param rules that decide
 * @param witness told of each decision
 */
public record Permit(Principal principal, AccessRules rules, Witness witness) {
    /** Everything, for everybody: where nobody said anything of access. */
    public static final Permit ALL = new Permit(Principal.ANONYMOUS, AccessRules.OPEN, Witness.NONE);

    /** Whether it may be done; nobody is told that it was asked. */
    public boolean allows(Need need) {
        return rules == AccessRules.OPEN || rules.allows(principal, need);
    }

    /** Whether every model may be read, those that are not there yet too. */
    public boolean allowsReadingAll() {
        return allows(Need.ofServer(Action.READ));
    }

    /**
     * What of a list may be read; nobody is told that it was asked.
     *
     * @param model of which model something in the list is
     */
    public <T> List<T> readable(Collection<? extends T> all, Function<? super T, String> model) {
        if (allowsReadingAll()) {
            return List.copyOf(all);
        }
        return all.stream()
                .<T>map(one -> one)
                .filter(one -> allows(Need.of(Action.READ, model.apply(one))))
                .toList();
    }

    /** @throws SlipwayException as {@link AccessRules#require} and {@link Witness#decided} */
    public void require(Need need) {
        boolean isAllowed = allows(need);
        witness.decided(principal, need, isAllowed);
        if (!isAllowed) {
            rules.require(principal, need);
        }
    }

    /** @throws SlipwayException as {@link AccessRules#requireSome} */
    public void requireSome(Action action) {
        if (rules != AccessRules.OPEN && !rules.allowsSome(principal, action)) {
            witness.decided(principal, Need.ofServer(action), false);
            rules.requireSome(principal, action);
        }
    }
}

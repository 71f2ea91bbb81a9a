package dev.slipway.source;

import java.util.Set;
import java.util.SortedSet;

/** Which of the versions that are there a source wants: a pure function. */
@FunctionalInterface
public interface Selection {
    /** The newest one. */
    Selection NEWEST = there -> Set.of(there.last());

    /** The wanted ones among {@code there}, which is not empty. */
    Set<Long> of(SortedSet<Long> there);
}

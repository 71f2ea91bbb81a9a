package dev.slipway.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Chooses what makes room: as few as will do, of those the least recently used, what is in use last of all. */
final class Eviction {
    private static final Comparator<Candidate> IDLE_LONGEST_FIRST = Comparator.comparing(Candidate::isInUse)
            .thenComparing(Comparator.comparingLong(Candidate::idleNanos).reversed());

    private Eviction() {}

    /**
     * A version that may be unloaded.
     *
     * @param bytes that it would give back
     * @param isInUse whether requests hold it now: its memory is back once they have ended
     * @param idleNanos since when it was not borrowed
     */
    record Candidate(ModelRecord model, Harness harness, long bytes, boolean isInUse, long idleNanos) {}

    /** @return empty when all of them together would not give {@code missingBytes} */
    static List<Candidate> choose(List<Candidate> candidates, long missingBytes) {
        List<Candidate> chosen = new ArrayList<>();
        long freed = 0;
        List<Candidate> inOrder = new ArrayList<>(candidates);
        inOrder.sort(IDLE_LONGEST_FIRST);
        for (Candidate candidate : inOrder) {
            if (freed >= missingBytes) {
                break;
            }
            if (candidate.bytes() > 0) {
                chosen.add(candidate);
                freed += candidate.bytes();
            }
        }
        if (freed < missingBytes) {
            return List.of();
        }
        // Small ones that were taken before a large one that would have done alone may stay.
        for (int at = chosen.size() - 1; at >= 0; at--) {
            long without = freed - chosen.get(at).bytes();
            if (without >= missingBytes) {
                chosen.remove(at);
                freed = without;
            }
        }
        return chosen;
    }
}

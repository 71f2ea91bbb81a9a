package dev.slipway.core.batching;

import dev.slipway.api.DispatchReason;
import dev.slipway.api.ServableId;
import java.util.List;
import java.util.Map;

/**
 * What the dispatcher has learnt of one signature of a loaded version, and why it does what it does.
 *
 * @param id the version
 * @param signature the signature's name
 * @param place where its next small request would run, and why: {@code loop: one row costs 4 us (limit: 50 us)}
 * @param joining whether rows are joined, and why: {@code on: 64 rows cost 0.4 us each, 1 row 4.2 us}
 * @param waiting requests that wait now
 * @param costs what runs have cost, by rising number of rows
 * @param reasons how many runs there were for each reason, all reasons
 */
public record DispatchState(
        ServableId id,
        String signature,
        String place,
        String joining,
        int waiting,
        List<Cost> costs,
        Map<DispatchReason, Long> reasons) {

    /**
     * What a run of a number of rows costs.
     *
     * @param rows rows of a run
     * @param nanos median of the last runs
     * @param samples runs that the median is of
     */
    public record Cost(int rows, long nanos, int samples) {}
}

package dev.slipway.client;

import dev.slipway.api.ServableId;
import java.util.List;
import java.util.Map;

/**
 * What a server has learnt of one signature of a version, and why it runs requests as it does.
 *
 * @param id the version
 * @param signature the signature's name
 * @param place where its next small request would run, and why
 * @param joining whether rows are joined, and why
 * @param waiting requests that wait now
 * @param costs what runs have cost, by rising number of rows
 * @param reasons how many runs there were for each reason, by its name: {@code idle}, {@code full}, ...
 */
public record DispatchSummary(
        ServableId id,
        String signature,
        String place,
        String joining,
        long waiting,
        List<Cost> costs,
        Map<String, Long> reasons) {

    /**
     * What a run of a number of rows costs.
     *
     * @param rows rows of a run
     * @param nanos median of the last runs
     * @param samples runs that the median is of
     */
    public record Cost(long rows, long nanos, long samples) {}
}

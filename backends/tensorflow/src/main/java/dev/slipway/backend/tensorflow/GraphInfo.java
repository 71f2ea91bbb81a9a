package dev.slipway.backend.tensorflow;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a graph's file says.
 *
 * @param nodes by name, in the file's order
 * @param read names of nodes that others read
 * @param ops what the nodes do, those within functions too
 * @param functions that the file brings
 * @param constantBytes that its constants take in memory, as they declare themselves
 * @param calls of functions that stand outside any
 * @param producer the version of the format that it was written by
 */
record GraphInfo(
        Map<String, Node> nodes,
        Set<String> read,
        Set<String> ops,
        Set<String> functions,
        long constantBytes,
        List<Call> calls,
        int producer) {
    /** Of a file without a graph. */
    static final GraphInfo EMPTY = new GraphInfo(Map.of(), Set.of(), Set.of(), Set.of(), 0, List.of(), 0);

    /**
     * A call of a function.
     *
     * @param function its name
     * @param inputs nodes that give what it is called with
     */
    record Call(String function, List<String> inputs) {}
}

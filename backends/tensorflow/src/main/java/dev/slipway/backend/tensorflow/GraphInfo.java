package dev.slipway.backend.tensorflow;

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
 * @param producer the version of the format that it was written by
 */
record GraphInfo(
        Map<String, Node> nodes,
        Set<String> read,
        Set<String> ops,
        Set<String> functions,
        long constantBytes,
        int producer) {}

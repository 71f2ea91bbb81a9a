package dev.slipway.backend.tensorflow;

/**
 * A variable that functions of a SavedModel hold.
 *
 * @param node of the graph that gives its handle
 * @param type of its elements, by number
 * @param key its name in the checkpoint
 */
record Capture(String node, int type, String key) {}

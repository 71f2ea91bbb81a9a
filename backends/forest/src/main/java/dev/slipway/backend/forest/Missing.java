package dev.slipway.backend.forest;

/** What a split of a tree does with a value that is missing. */
public enum Missing {
    /** NaN goes left. */
    LEFT,
    /** NaN goes right. */
    RIGHT,
    /** NaN counts as 0. */
    ZERO,
    /** NaN and 0 go left; 0 is all within 1e-35 of it, as LightGBM has it. */
    ZERO_LEFT,
    /** NaN and 0 go right; 0 is all within 1e-35 of it, as LightGBM has it. */
    ZERO_RIGHT
}

package dev.slipway.core.traffic;

/**
 * What came of the requests that were copied to a shadow.
 *
 * @param version the shadow
 * @param same answered as the first did, within the tolerance
 * @param different answered otherwise
 * @param failed the shadow gave no answer
 * @param skipped not asked, since too many copies waited, or the shadow was not available
 * @param largestDifference the largest {@code |a - b|} seen between two numbers, within the tolerance or not; 0 for none,
 *     infinite where one was not finite
 */
public record ShadowState(
        long version, long same, long different, long failed, long skipped, double largestDifference) {}

/** Which version answers a request: shares, stickiness, shadows, and the way back from a version that does harm. */
@NullMarked
package dev.slipway.core.traffic;

import org.jspecify.annotations.NullMarked;

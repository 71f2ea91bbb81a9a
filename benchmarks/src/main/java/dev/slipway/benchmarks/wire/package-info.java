/** The questions that are asked and the answers that are right, in each protocol's bytes. */
@NullMarked
package dev.slipway.benchmarks.wire;

import org.jspecify.annotations.NullMarked;

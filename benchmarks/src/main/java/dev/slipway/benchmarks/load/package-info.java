/** Load generators: closed and open loop, and what they measured. */
@NullMarked
package dev.slipway.benchmarks.load;

import org.jspecify.annotations.NullMarked;

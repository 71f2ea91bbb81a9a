/** Benchmarks of single pieces, in the process that runs them: JMH, time and allocation for each operation. */
@NullMarked
package dev.slipway.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;

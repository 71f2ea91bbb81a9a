/** What is measured: servers in processes of their own, and a loop around the runtime. */
@NullMarked
package dev.slipway.benchmarks.target;

import org.jspecify.annotations.NullMarked;

/** What is measured of whom, round by round. */
@NullMarked
package dev.slipway.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;

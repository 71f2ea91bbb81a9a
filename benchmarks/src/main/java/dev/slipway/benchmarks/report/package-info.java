/** From samples to tables, ratios, bars and charts. */
@NullMarked
package dev.slipway.benchmarks.report;

import org.jspecify.annotations.NullMarked;

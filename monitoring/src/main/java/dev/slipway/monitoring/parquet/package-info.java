/** Writes Parquet files: flat rows, in as much of the format as that takes. */
@org.jspecify.annotations.NullMarked
package dev.slipway.monitoring.parquet;

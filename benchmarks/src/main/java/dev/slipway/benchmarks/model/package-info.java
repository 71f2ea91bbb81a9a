/** The models that are asked: committed, generated at first use, or taken from a corpus. */
@NullMarked
package dev.slipway.benchmarks.model;

import org.jspecify.annotations.NullMarked;

/** Rows of named columns become a model's tensors. */
@NullMarked
package dev.slipway.transforms.table;

import org.jspecify.annotations.NullMarked;

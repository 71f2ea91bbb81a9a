/**
 * What stands between people and models: pictures, text and rows of tables become tensors, tensors become names and
 * numbers. Sees nothing of the server but {@code dev.slipway.api}, and how {@code dev.slipway.protocol} reads JSON.
 */
@NullMarked
package dev.slipway.transforms;

import org.jspecify.annotations.NullMarked;

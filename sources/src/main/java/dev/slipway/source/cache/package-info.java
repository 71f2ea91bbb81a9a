/** Keeps what was fetched, by its content, within a budget. */
@NullMarked
package dev.slipway.source.cache;

import org.jspecify.annotations.NullMarked;

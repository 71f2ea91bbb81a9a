/** Fetches files by HTTP: resumed, bounded, checked. */
@NullMarked
package dev.slipway.source.http;

import org.jspecify.annotations.NullMarked;

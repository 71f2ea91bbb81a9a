/** Decides where and with which others a request runs, by what runs have cost so far. */
@NullMarked
package dev.slipway.core.batching;

import org.jspecify.annotations.NullMarked;

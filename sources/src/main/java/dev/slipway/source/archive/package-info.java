/** Takes archives apart that nobody vouches for. */
@NullMarked
package dev.slipway.source.archive;

import org.jspecify.annotations.NullMarked;

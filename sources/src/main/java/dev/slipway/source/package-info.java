/** States and fetches the versions of models that lie behind URLs and in object stores. */
@NullMarked
package dev.slipway.source;

import org.jspecify.annotations.NullMarked;

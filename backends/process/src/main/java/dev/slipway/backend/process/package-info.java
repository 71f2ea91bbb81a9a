/** Runs models in processes of their own, in any language. */
@NullMarked
package dev.slipway.backend.process;

import org.jspecify.annotations.NullMarked;

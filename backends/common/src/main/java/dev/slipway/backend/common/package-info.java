/** What several backends need to read models with care; they see it and {@code dev.slipway.api} only. */
@NullMarked
package dev.slipway.backend.common;

import org.jspecify.annotations.NullMarked;

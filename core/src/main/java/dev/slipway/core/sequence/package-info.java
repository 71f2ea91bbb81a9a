/** Models that remember: requests of one sequence run in order, and what a run leaves behind goes into the next. */
@NullMarked
package dev.slipway.core.sequence;

import org.jspecify.annotations.NullMarked;

/** How much memory models take: what the process really holds, what a load added to it, and what was learnt of that. */
@NullMarked
package dev.slipway.core.memory;

import org.jspecify.annotations.NullMarked;

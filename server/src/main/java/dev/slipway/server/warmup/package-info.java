/** The first requests of a version, before users' requests reach it: where they are written, and how they run. */
@NullMarked
package dev.slipway.server.warmup;

import org.jspecify.annotations.NullMarked;

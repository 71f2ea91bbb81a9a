/**
 * Feeds every decoder with what nobody would send: whatever comes, it is read or refused for a reason that is the client's,
 * soon, and without taking more memory than its size allows.
 */
@NullMarked
package dev.slipway.fuzz;

import org.jspecify.annotations.NullMarked;

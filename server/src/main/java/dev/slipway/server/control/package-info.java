/** What changes while the server runs: configurations and what became of them, and work that takes its time. */
@NullMarked
package dev.slipway.server.control;

import org.jspecify.annotations.NullMarked;

/** The management API below {@code /slipway/v1}, and what other protocols know of it. */
@NullMarked
package dev.slipway.server.endpoint.management;

import org.jspecify.annotations.NullMarked;

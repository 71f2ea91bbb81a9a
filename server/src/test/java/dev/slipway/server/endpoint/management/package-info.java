/** Tests of the management API, over real sockets. */
@NullMarked
package dev.slipway.server.endpoint.management;

import org.jspecify.annotations.NullMarked;

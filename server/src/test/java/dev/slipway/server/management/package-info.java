@NullMarked
package dev.slipway.server.management;

import org.jspecify.annotations.NullMarked;

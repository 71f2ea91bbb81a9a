@NullMarked
package dev.slipway.server.predictions;

import org.jspecify.annotations.NullMarked;

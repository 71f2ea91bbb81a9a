@NullMarked
package dev.slipway.transforms;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.slipway.transforms.output;

import org.jspecify.annotations.NullMarked;

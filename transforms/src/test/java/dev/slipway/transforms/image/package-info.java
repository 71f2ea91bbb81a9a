@NullMarked
package dev.slipway.transforms.image;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.slipway.transforms.text;

import org.jspecify.annotations.NullMarked;

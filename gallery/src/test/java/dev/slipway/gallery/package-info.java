@NullMarked
package dev.slipway.gallery;

import org.jspecify.annotations.NullMarked;

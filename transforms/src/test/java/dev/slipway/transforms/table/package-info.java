@NullMarked
package dev.slipway.transforms.table;

import org.jspecify.annotations.NullMarked;

/** Opens TorchScript modules with PyTorch. */
@NullMarked
package dev.slipway.backend.torch;

import org.jspecify.annotations.NullMarked;

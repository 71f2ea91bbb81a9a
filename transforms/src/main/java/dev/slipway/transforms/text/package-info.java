/** Text becomes the numbers of a model's tokens, as Hugging Face's tokenizers make them. */
@NullMarked
package dev.slipway.transforms.text;

import org.jspecify.annotations.NullMarked;

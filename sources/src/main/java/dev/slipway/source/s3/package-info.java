/** Lists object stores that speak S3. */
@NullMarked
package dev.slipway.source.s3;

import org.jspecify.annotations.NullMarked;

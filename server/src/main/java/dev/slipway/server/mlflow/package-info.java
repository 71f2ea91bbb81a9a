/** Model folders that MLflow has written. */
@NullMarked
package dev.slipway.server.mlflow;

import org.jspecify.annotations.NullMarked;

/** What clients of MLflow's scoring server send and get. */
@NullMarked
package dev.slipway.protocol.mlflow;

import org.jspecify.annotations.NullMarked;

package dev.slipway.backend.trees;

import dev.slipway.api.Deadline;
import dev.slipway.backend.forest.Rows;
import java.nio.ByteBuffer;

/** A model that is ready to run. Thread-safe. */
interface Scorer {
    /**
     * @param rows of as many columns as the model has features
     * @return the answers of the rows, one after the other, of the model's dtype, little-endian
     */
    ByteBuffer score(Rows rows, Deadline deadline);
}

package dev.slipway.backend.trees;

import dev.slipway.api.DType;
import java.util.List;
import java.util.Map;

/** A model that was read and checked, and can be made ready to run. Immutable. */
interface TreeModel {
    /** {@code xgboost} or {@code lightgbm}. */
    String format();

    /** FP32 or FP64: what features are compared as, and what the answer has. */
    DType dtype();

    /** Columns of the matrix. */
    int features();

    /** The features by name, in the matrix's order; empty where the file has no names. */
    List<Column> columns();

    /** Numbers of an answer's row. */
    int outputs();

    /** Bytes that it will hold, about. */
    long bytes();

    /** What else the file says. */
    Map<String, String> metadata();

    /** Makes it ready to run. */
    Scorer scorer();
}

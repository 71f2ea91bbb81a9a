package dev.slipway.benchmarks.model;

import dev.slipway.benchmarks.wire.Workload;

/** A model that is written at first use. */
interface Generated {
    /** As served. */
    String name();

    /** The bytes of the ONNX file. */
    byte[] model();

    /** A question, and its answer, computed without the runtime. */
    Workload workload();
}

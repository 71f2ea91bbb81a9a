package dev.slipway.monitoring.log;

import dev.slipway.monitoring.Prediction;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A prediction that was taken down.
 *
 * @param prediction what is known of it
 * @param arrivedMillis when its request came, since 1970
 * @param endedMillis when it was answered, since 1970
 * @param traceParent W3C's, of the span that stands for the request; empty for none
 * @param inputs null when the request was not read, or is not wanted
 * @param outputs null when there are none, or they are not wanted
 * @param what is wanted of it
 * @param redaction of texts in it
 * @param bytes that it was given room for
 */
record Recorded(
        Prediction prediction,
        long arrivedMillis,
        long endedMillis,
        String traceParent,
        @Nullable List<TensorCopy> inputs,
        @Nullable List<TensorCopy> outputs,
        Set<ModelLog.What> what,
        Redaction redaction,
        long bytes) {}

package dev.slipway.core.batching;

import dev.slipway.api.Signature;
import dev.slipway.api.Transform;
import dev.slipway.core.Handle;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The queues of one loaded version, one for each signature that was called; gone with the version. */
final class ServableQueues {
    private final Map<String, ModelQueue> bySignature = new ConcurrentHashMap<>();

    ModelQueue of(Dispatcher dispatcher, Handle handle, Signature signature) {
        ModelQueue queue = bySignature.get(signature.name());
        return queue != null
                ? queue
                : bySignature.computeIfAbsent(
                        signature.name(),
                        name -> new ModelQueue(
                                dispatcher,
                                new Learnt(
                                        handle.id(),
                                        signature,
                                        allowsPadding(handle, signature),
                                        handle.servable().mayWait())));
    }

    /** Whether what the model itself is run with may be padded, as who makes it knows. */
    private static boolean allowsPadding(Handle handle, Signature signature) {
        Transform transform = handle.servable().transform(Signature.DEFAULT);
        return transform == null || !transform.signature().equals(signature.name()) || transform.allowsPadding();
    }

    Collection<ModelQueue> all() {
        return bySignature.values();
    }
}

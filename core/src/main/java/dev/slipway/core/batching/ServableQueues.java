package dev.slipway.core.batching;

import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The queues of one loaded version, one for each signature that was called; gone with the version. */
final class ServableQueues {
    private final Map<String, ModelQueue> bySignature = new ConcurrentHashMap<>();

    ModelQueue of(Dispatcher dispatcher, ServableId id, Signature signature) {
        ModelQueue queue = bySignature.get(signature.name());
        return queue != null
                ? queue
                : bySignature.computeIfAbsent(signature.name(), name -> new ModelQueue(dispatcher, id, signature));
    }

    Collection<ModelQueue> all() {
        return bySignature.values();
    }
}

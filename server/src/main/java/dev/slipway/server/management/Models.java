package dev.slipway.server.management;

import dev.slipway.api.ModelStatus;
import dev.slipway.core.Load;
import dev.slipway.core.Manager;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/** What management asks of the core. */
public interface Models {
    /** What there is to say of every model, by name; a live view. */
    SortedMap<String, ModelStatus> statuses();

    /** As {@link Manager#load}. */
    CompletableFuture<Load> load(String model, OptionalLong version);

    /** As {@link Manager#gone}. */
    CompletableFuture<Void> gone(String model, long version);

    /** Those of a manager. */
    static Models of(Manager manager) {
        return new Models() {
            @Override
            public SortedMap<String, ModelStatus> statuses() {
                return manager.statuses();
            }

            @Override
            public CompletableFuture<Load> load(String model, OptionalLong version) {
                return manager.load(model, version);
            }

            @Override
            public CompletableFuture<Void> gone(String model, long version) {
                return manager.gone(model, version);
            }
        };
    }
}

package dev.slipway.source;

import dev.slipway.api.ForwardingServable;
import dev.slipway.api.Servable;
import dev.slipway.source.cache.Lease;

/** Keeps a servable's files in the cache while it lives: it may have mapped them, or read them late. */
final class LeasedServable extends ForwardingServable {
    private final Lease lease;

    LeasedServable(Servable servable, Lease lease) {
        super(servable);
        this.lease = lease;
    }

    @Override
    public void close() {
        try (lease) {
            super.close();
        }
    }
}

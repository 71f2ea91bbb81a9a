package dev.slipway.server.limits;

import dev.slipway.core.batching.Tenant;
import java.util.List;
import java.util.function.LongSupplier;

/** What counts for one who asks a model. It is also the ticket of those that nothing is limited for. */
final class Standing implements Admission.Ticket {
    final Line[] lines;
    final boolean hasRows;
    final LongSupplier clock;

    private final Tenant tenant;

    Standing(Tenant tenant, List<Line> lines, LongSupplier clock) {
        this.tenant = tenant;
        this.lines = lines.toArray(Line[]::new);
        this.hasRows = lines.stream().anyMatch(line -> line.rows != null);
        this.clock = clock;
    }

    @Override
    public Tenant tenant() {
        return tenant;
    }
}

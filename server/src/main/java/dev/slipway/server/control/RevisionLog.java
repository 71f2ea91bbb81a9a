package dev.slipway.server.control;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ServingConfig;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The revisions that are kept, newest first. Thread-safe. */
public final class RevisionLog {
    /** So many are kept. */
    static final int KEPT = 20;

    private final Clock clock;
    private final @Nullable RevisionFolder folder;

    /** Touched while this object's monitor is held. */
    private final Deque<Revision> revisions = new ArrayDeque<>();

    private long last;

    /** @param folder where they outlast the process; null for nowhere */
    public RevisionLog(Clock clock, @Nullable RevisionFolder folder) {
        this.clock = clock;
        this.folder = folder;
        if (folder != null) {
            revisions.addAll(folder.read());
            last = folder.lastNumber();
        }
    }

    /**
     * Adds a configuration that was applied.
     *
     * @throws SlipwayException {@code INTERNAL} when it can't be kept in the folder; nothing is added then
     */
    synchronized Revision add(ServingConfig config, String origin) {
        Revision revision = new Revision(last + 1, clock.instant(), origin, config);
        if (folder != null) {
            folder.write(revision);
        }
        last = revision.number();
        revisions.addFirst(revision);
        while (revisions.size() > KEPT) {
            Revision oldest = revisions.removeLast();
            if (folder != null) {
                folder.delete(oldest.number());
            }
        }
        return revision;
    }

    synchronized List<Revision> all() {
        return List.copyOf(revisions);
    }

    /** @throws SlipwayException {@code NOT_FOUND} when it is not kept, naming those that are */
    synchronized Revision get(long number) {
        return revisions.stream()
                .filter(revision -> revision.number() == number)
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "revision %d is not kept (kept: %s)"
                                .formatted(
                                        number,
                                        revisions.stream()
                                                .map(revision -> Long.toString(revision.number()))
                                                .collect(Collectors.joining(", ")))));
    }
}

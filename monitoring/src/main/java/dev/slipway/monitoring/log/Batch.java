package dev.slipway.monitoring.log;

import java.util.ArrayList;
import java.util.List;

/** Events that are written together. For one thread. */
public final class Batch {
    private final List<CloudEvent> left;
    private final Counts counts;

    Batch(List<CloudEvent> events, Counts counts) {
        this.left = new ArrayList<>(events);
        this.counts = counts;
    }

    /** More that are to be written. */
    void add(List<CloudEvent> events) {
        left.addAll(events);
    }

    /** Those that are neither written nor refused, in order; a copy. */
    public List<CloudEvent> left() {
        return List.copyOf(left);
    }

    boolean isDone() {
        return left.isEmpty();
    }

    /**
     * The event is where it belongs.
     *
     * @param bytes that it takes there
     */
    public void written(CloudEvent event, long bytes) {
        if (left.remove(event)) {
            counts.written(1, bytes);
        }
    }

    /** The event is not wanted there, and never will be. */
    public void refused(CloudEvent event) {
        if (left.remove(event)) {
            counts.dropped(Reason.REFUSED, 1);
        }
    }

    /**
     * The sink has taken the event, and counts it once it is where it belongs, or is lost.
     */
    void taken(CloudEvent event) {
        left.remove(event);
    }

    /** What events are counted in. */
    Counts counts() {
        return counts;
    }

    /** Those that are left are given up. */
    void giveUp(Reason reason) {
        counts.dropped(reason, left.size());
        left.clear();
    }
}

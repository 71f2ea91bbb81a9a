package dev.slipway.core;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock and timer whose time passes only when told. */
public final class ManualTimer extends Clock implements Timer {
    private record Planned(Instant at, Runnable task) {}

    private final List<Planned> planned = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public synchronized Runnable schedule(Duration delay, Runnable task) {
        Planned entry = new Planned(now.plus(delay), task);
        planned.add(entry);
        return () -> {
            synchronized (this) {
                planned.remove(entry);
            }
        };
    }

    /** Lets {@code time} pass, and runs what falls due in it. */
    public void advance(Duration time) {
        Instant end = instant().plus(time);
        Optional<Planned> due = takeDue(end);
        while (due.isPresent()) {
            due.get().task().run();
            due = takeDue(end);
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized Optional<Planned> takeDue(Instant end) {
        Optional<Planned> due =
                planned.stream().filter(entry -> !entry.at().isAfter(end)).min(Comparator.comparing(Planned::at));
        due.ifPresent(entry -> {
            planned.remove(entry);
            now = entry.at();
        });
        return due;
    }

    public synchronized int pending() {
        return planned.size();
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("one zone only");
    }
}

package dev.slipway.server.triton;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Picks the requests that are traced under some settings, and has what was traced written. Thread-safe. */
final class Sampler {
    private final TraceSettings settings;
    private final @Nullable TraceFile file;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong left;

    /** @param file null where nothing is traced */
    Sampler(TraceSettings settings, @Nullable TraceFile file) {
        this.settings = settings;
        this.file = file;
        this.left = new AtomicLong(settings.count());
    }

    /** What is asked for, with what is left to be traced. */
    TraceSettings settings() {
        return new TraceSettings(settings.isOn(), settings.rate(), left.get(), settings.frequency(), settings.file());
    }

    boolean isOn() {
        return settings.isOn() && file != null;
    }

    /** Whether the next request is traced. */
    boolean next() {
        if (!isOn() || requests.incrementAndGet() % settings.rate() != 0) {
            return false;
        }
        return settings.count() < 0 || left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    @Nullable
    TraceFile file() {
        return file;
    }
}

package dev.slipway.source;

import dev.slipway.api.Source;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Has one place looked at again and again, at its own pace, whatever happens at others. */
final class Looks {
    private static final System.Logger LOG = System.getLogger(Looks.class.getName());

    /** Looks after which files that never come to rest are waited for no longer. */
    private static final int SETTLING_MAX = 10;

    private final Watch watch;
    private final Source.Target target;
    private final Timer timer;
    private final RemoteSource.Options options;
    private final Pace pace;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private int looks;

    Looks(Watch watch, Source.Target target, RemoteSource.Options options, Timer timer, Pace pace) {
        this.watch = watch;
        this.target = target;
        this.options = options;
        this.timer = timer;
        this.pace = pace;
    }

    /** Completes when what was there at the start was stated, or could not be seen. */
    CompletableFuture<Void> first() {
        return first;
    }

    void begin() {
        timer.schedule(Duration.ZERO, this::look);
    }

    /** Runs on one thread of the timer's at a time: the next look is planned by the last. */
    private void look() {
        Watch.Outcome outcome = guarded();
        looks++;
        boolean isSettling = outcome == Watch.Outcome.SETTLING;
        if (!isSettling || looks >= SETTLING_MAX) {
            first.complete(null);
        }
        boolean isPolled = options.poll().compareTo(Duration.ZERO) > 0;
        if (isSettling) {
            timer.schedule(pace.jittered(options.settleTime().multipliedBy(5).dividedBy(4)), this::look);
        } else if (isPolled || outcome == Watch.Outcome.UNSEEN) {
            timer.schedule(pace.next(outcome == Watch.Outcome.CHANGED), this::look);
        }
    }

    private Watch.Outcome guarded() {
        try {
            return watch.look(target);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a look at a model's place failed; it is taken again", e);
            return Watch.Outcome.UNSEEN;
        }
    }
}

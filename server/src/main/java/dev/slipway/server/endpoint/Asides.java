package dev.slipway.server.endpoint;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.ComputePool;
import dev.slipway.core.batching.Reply;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work on requests beside their runs, off the event loops, in their models' lines; what nobody waits for any more leaves at once. */
final class Asides {
    private final ComputePool compute;

    Asides(ComputePool compute) {
        this.compute = compute;
    }

    /** Why a request gets no answer whose client does not wait for it; its call knows whether its deadline has passed. */
    static SlipwayException gone() {
        return new SlipwayException(ErrorCode.CANCELLED, "the client is gone");
    }

    /** Something that a request waits for: it goes on once, or leaves. */
    static final class Pause {
        private final AtomicBoolean isOver = new AtomicBoolean();

        /** Whether the caller is who ends it. */
        boolean ends() {
            return isOver.compareAndSet(false, true);
        }
    }

    /** Has a request wait: {@code gone} runs if nobody waits for its answer before the pause ends. */
    static Pause pause(Reply call, Runnable gone) {
        Pause pause = new Pause();
        call.waits(() -> {
            if (pause.ends()) {
                gone.run();
            }
        });
        return pause;
    }

    /**
     * Runs {@code task} as soon as the line's turn comes, or {@code gone}.
     *
     * @throws SlipwayException as {@link ComputePool#execute}; then neither runs
     */
    void execute(String line, Reply call, Runnable task, Runnable gone) {
        Pause pause = new Pause();
        Runnable begin = () -> {
            if (pause.ends()) {
                task.run();
            }
        };
        // Before it can begin, since where it waits after that must not be overwritten.
        call.waits(() -> {
            if (pause.ends()) {
                compute.withdraw(line, begin);
                gone.run();
            }
        });
        try {
            compute.execute(line, begin);
        } catch (SlipwayException e) {
            if (pause.ends()) {
                throw e;
            }
        }
    }
}

package dev.slipway.core.sequence;

import dev.slipway.core.Handle;
import dev.slipway.core.batching.Reply;
import java.util.function.Consumer;

/** A request that waits for its turn, or has it. */
final class Step {
    private final Handle routed;
    private final SequenceStep said;
    private final Reply reply;
    private final Consumer<Turn> run;

    /**
     * @param routed the version that it would go to if its sequence began with it; open until its turn
     * @param said what it says of its sequence
     * @param run has it run when its turn has come
     */
    Step(Handle routed, SequenceStep said, Reply reply, Consumer<Turn> run) {
        this.routed = routed;
        this.said = said;
        this.reply = reply;
        this.run = run;
    }

    Handle routed() {
        return routed;
    }

    SequenceStep said() {
        return said;
    }

    Reply reply() {
        return reply;
    }

    Consumer<Turn> run() {
        return run;
    }
}

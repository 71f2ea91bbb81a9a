package dev.slipway.benchmarks;

import java.io.PrintStream;
import java.util.function.Consumer;

/** Tells what is being done, each thing once, in a line of its own. */
final class Progress implements Consumer<String> {
    private final PrintStream out;
    private String last = "";

    Progress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void accept(String text) {
        if (!text.equals(last)) {
            last = text;
            out.println("bench: " + text);
        }
    }
}

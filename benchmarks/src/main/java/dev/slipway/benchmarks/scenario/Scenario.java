package dev.slipway.benchmarks.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Something to find out.
 *
 * @param name as the command line calls it
 * @param summary one sentence
 * @param quick whether it is run when nobody names a scenario
 * @param targets the built-in ones that are started
 * @param plan what is asked
 */
public record Scenario(String name, String summary, boolean quick, List<String> targets, Plan plan) {
    /** The same for that long, where it takes as long as somebody says. */
    public Scenario lasting(Duration time) {
        return new Scenario(name, summary, quick, targets, plan.lasting(time));
    }

    /** What is asked, and in which order. */
    public interface Plan {
        /** What each target is asked, and must answer rightly before and after. */
        List<Case> cases();

        /** The models that targets serve for it. */
        default List<String> models() {
            return cases().stream().map(Case::model).distinct().toList();
        }

        /** The same for that long, where it takes as long as somebody says. */
        default Plan lasting(Duration time) {
            return this;
        }

        /** Asks, and leaves what it measured in the results. */
        void run(Stage stage) throws IOException, InterruptedException;
    }
}

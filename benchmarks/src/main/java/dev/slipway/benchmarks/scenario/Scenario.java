package dev.slipway.benchmarks.scenario;

import java.io.IOException;
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
    /** What is asked, and in which order. */
    public interface Plan {
        /** What each target is asked, and must answer rightly before and after. */
        List<Case> cases();

        /** The models that targets serve for it. */
        default List<String> models() {
            return cases().stream().map(Case::model).distinct().toList();
        }

        /** Asks, and leaves what it measured in the results. */
        void run(Stage stage) throws IOException, InterruptedException;
    }
}

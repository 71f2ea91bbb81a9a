package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.target.Jdk;
import dev.slipway.benchmarks.target.StartUp;
import dev.slipway.benchmarks.wire.Protocol;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Starts the server with the examples on each JDK of the machine, without and with its start-up archive. */
record FirstStarts() implements Scenario.Plan {
    /** The figure of one JDK with its archive: milliseconds, or MiB. */
    static String figure(int feature, String unit) {
        return "startup.jdk-" + feature + "." + unit;
    }

    @Override
    public List<Case> cases() {
        return List.of(new Case(Models.TINY, Protocol.TFS_REST, new Load.Closed(1, 1)));
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        for (Jdk jdk : Jdk.all()) {
            for (boolean archive : List.of(false, true)) {
                String title = "startup, JDK %d, %s".formatted(jdk.feature(), archive ? "archive" : "no archive");
                stage.say(title);
                StartUp found = stage.company()
                        .targets()
                        .startUp(jdk, archive, Models.TINY, stage.settings().rounds());
                stage.results().note(title + ": " + found);
                if (archive) {
                    stage.results().figure(figure(jdk.feature(), "millis"), found.medianMillis());
                    stage.results().figure(figure(jdk.feature(), "mebibytes"), found.medianMebibytes());
                } else {
                    stage.results()
                            .figure(
                                    String.format(Locale.ROOT, "startup.jdk-%d.plain.millis", jdk.feature()),
                                    found.medianMillis());
                }
            }
        }
    }
}

package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.target.Available;
import dev.slipway.benchmarks.wire.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Starts the server with many versions of a tiny model, and waits until all are available.
 *
 * @param names that they are divided among
 * @param versions of each
 */
record ManyVersions(int names, int versions) implements Scenario.Plan {
    @Override
    public List<Case> cases() {
        return List.of(new Case(Models.TINY, Protocol.TFS_REST, new Load.Closed(1, 1)));
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        List<Double> mebibytes = new ArrayList<>();
        for (int round = 1; round <= stage.settings().rounds(); round++) {
            stage.sayRound(round, "%d models of %d versions".formatted(names, versions));
            Available found = stage.company()
                    .targets()
                    .manyVersions(Models.TINY, names, versions, stage.settings().work());
            seconds.add(found.seconds());
            mebibytes.add(found.residentMebibytes());
        }
        Collections.sort(seconds);
        Collections.sort(mebibytes);
        int middle = (seconds.size() - 1) / 2;
        stage.results().figure("many.seconds", seconds.get(middle));
        stage.results().figure("many.mebibytes", mebibytes.get(middle));
        stage.results()
                .note(String.format(
                        Locale.ROOT,
                        "many: %,d versions of %s available %.1f s after the start of the process (%.1f to %.1f in %d"
                                + " runs), %,.0f MiB resident",
                        names * versions,
                        Models.TINY,
                        seconds.get(middle),
                        seconds.get(0),
                        seconds.get(seconds.size() - 1),
                        seconds.size(),
                        mebibytes.get(middle)));
    }
}

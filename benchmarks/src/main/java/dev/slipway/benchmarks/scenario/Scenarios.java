package dev.slipway.benchmarks.scenario;

import static dev.slipway.benchmarks.target.Targets.ECHO;
import static dev.slipway.benchmarks.target.Targets.SLIPWAY;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.wire.Protocol;
import java.util.List;

/** All scenarios. */
public final class Scenarios {
    private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final Load.Closed ALONE = new Load.Closed(1, 1);
    private static final Load.Closed STREAMS = new Load.Closed(8, 8);

    private Scenarios() {}

    /** In the order in which they are run. */
    public static List<Scenario> all() {
        return List.of(tiny());
    }

    /**
     * The one of this name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Scenario of(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("scenario '%s' (expected: one of %s)"
                        .formatted(name, all().stream().map(Scenario::name).toList())));
    }

    private static Scenario tiny() {
        List<Case> cases = List.of(
                new Case(Models.TINY, Protocol.TFS_GRPC, STREAMS),
                new Case(Models.TINY, Protocol.OIP_GRPC, STREAMS),
                new Case(Models.TINY, Protocol.TFS_REST, new Load.Closed(64, 1)),
                new Case(Models.TINY, Protocol.TFS_REST, new Load.Closed(8, 1)),
                new Case(Models.TINY, Protocol.OIP_BINARY, new Load.Closed(64, 1)),
                new Case(Models.TINY, Protocol.TFS_GRPC, ALONE),
                new Case(Models.TINY, Protocol.OIP_GRPC, ALONE),
                new Case(Models.TINY, Protocol.TFS_REST, ALONE));
        return new Scenario(
                "tiny",
                "A 4-16-3 network, one row a request: what the server costs beside its transport and its model.",
                true,
                List.of(SLIPWAY, ECHO),
                new SideBySide(cases, BATCHES));
    }
}

package dev.slipway.benchmarks.scenario;

import static dev.slipway.benchmarks.target.Targets.ECHO;
import static dev.slipway.benchmarks.target.Targets.EQUAL_LOADS;
import static dev.slipway.benchmarks.target.Targets.SLIPWAY;
import static dev.slipway.benchmarks.target.Targets.UNBATCHED;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.load.Load.Closed;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.target.Targets;
import dev.slipway.benchmarks.target.Watching;
import dev.slipway.benchmarks.wire.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All scenarios. */
public final class Scenarios {
    /** Each request of the scenario {@code overload} is to be answered within twice this. */
    static final Duration OVERLOAD_SLO = Duration.ofMillis(200);

    static final String OVERHEAD = "overhead";

    private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32, 64);
    /**
     * Until the JIT compiler, on the one core of all servers, has done what tells them apart by more than they differ; and
     * again, since what it did differs too.
     */
    private static final SideBySide.Starts COMPILED = new SideBySide.Starts(12, 2);

    private static final Closed ALONE = new Closed(1, 1);
    private static final Closed STREAMS = new Closed(8, 8);
    private static final Closed CONNECTIONS = new Closed(64, 1);

    /** So many in flight that whole batches wait: what the server can do at most, whatever it takes. */
    private static final Closed FULL = new Closed(8, 64);
    /** 1 to 64 in flight. */
    static final List<Closed> RISING = List.of(
            ALONE, new Closed(2, 1), new Closed(4, 1), new Closed(8, 1), new Closed(8, 2), new Closed(8, 4), STREAMS);

    private Scenarios() {}

    /** In the order in which they are run. */
    public static List<Scenario> all() {
        return List.of(
                tiny(),
                medium(),
                large(),
                picture(),
                neighbour(),
                overload(),
                convolution("squeezenet", Models.SQUEEZENET, 2),
                convolution("resnet", Models.RESNET, 3),
                peers(),
                startUp(),
                isolation(),
                many(),
                overhead(),
                tenants(),
                saturation());
    }

    /**
     * The one of this name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static List<Scenario> of(String name) {
        List<Scenario> found = all().stream()
                .filter(scenario ->
                        scenario.name().equals(name) || scenario.name().startsWith(name + "-"))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("scenario '%s' (expected: one of %s)"
                    .formatted(name, all().stream().map(Scenario::name).toList()));
        }
        return found;
    }

    private static Scenario tiny() {
        List<Case> cases = List.of(
                new Case(Models.TINY, Protocol.TFS_GRPC, STREAMS),
                new Case(Models.TINY, Protocol.OIP_GRPC, STREAMS),
                new Case(Models.TINY, Protocol.TFS_REST, CONNECTIONS),
                new Case(Models.TINY, Protocol.TFS_REST, new Closed(8, 1)),
                new Case(Models.TINY, Protocol.OIP_BINARY, CONNECTIONS),
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

    private static Scenario medium() {
        List<Case> cases = List.of(
                new Case(Models.MEDIUM, Protocol.TFS_GRPC, STREAMS),
                new Case(Models.MEDIUM, Protocol.OIP_GRPC, STREAMS),
                new Case(Models.MEDIUM, Protocol.OIP_GRPC, ALONE));
        return new Scenario(
                "medium",
                "A 256-1024-1024-10 network, for which batching pays: 64 in flight and 1.",
                true,
                List.of(SLIPWAY, UNBATCHED, ECHO),
                new SideBySide(cases, BATCHES));
    }

    private static Scenario large() {
        List<Case> cases = List.of(
                new Case(Models.LARGE, Protocol.OIP_GRPC, new Closed(4, 2)),
                new Case(Models.LARGE, Protocol.OIP_BINARY, new Closed(8, 1)));
        return new Scenario(
                "large",
                "600 kB in, 32 bytes out, and a model that costs nothing: what copying costs.",
                true,
                List.of(SLIPWAY, ECHO),
                new SideBySide(cases, List.of(1)));
    }

    private static Scenario picture() {
        Closed four = new Closed(4, 1);
        List<Case> cases = List.of(
                new Case(Models.PICTURE, Protocol.TFS_REST, four),
                new Case(Models.PICTURE, Protocol.OIP_REST, four),
                new Case(Models.PICTURE, Protocol.OIP_BINARY, four),
                new Case(Models.PICTURE, Protocol.TFS_GRPC, four),
                new Case(Models.PICTURE, Protocol.OIP_GRPC, four));
        return new Scenario(
                "picture",
                "224 x 224 x 3 float32 in, 1,000 out, and a model that costs nothing: JSON beside binary forms.",
                true,
                List.of(SLIPWAY, ECHO),
                new SideBySide(cases, List.of(1)));
    }

    private static Scenario neighbour() {
        Load quiet = new Load.Open(200, Duration.ZERO, 4, 8);
        return new Scenario(
                "neighbour",
                "The 4-16-3 network at 200 requests a second, alone and while a heavier model is flooded.",
                true,
                List.of(SLIPWAY),
                new Neighbour(
                        new Case(Models.TINY, Protocol.OIP_GRPC, quiet),
                        List.of(
                                new Case(Models.MEDIUM, Protocol.OIP_GRPC, STREAMS),
                                new Case(Models.DEEP, Protocol.OIP_GRPC, STREAMS))));
    }

    private static Scenario overload() {
        return new Scenario(
                "overload",
                "A model of a millisecond, asked at twice the rate that the server can do, with deadlines.",
                true,
                List.of(SLIPWAY),
                new Overload(List.of(new Case(Models.DEEP, Protocol.OIP_GRPC, STREAMS, 2)), OVERLOAD_SLO));
    }

    private static Scenario convolution(String network, String model, int patience) {
        List<Case> cases = new ArrayList<>();
        RISING.forEach(load -> cases.add(new Case(model, Protocol.OIP_GRPC, load, patience)));
        return new Scenario(
                "conv-" + network,
                "Images through " + network + ", which batching doesn't help: 1 to 64 in flight.",
                false,
                List.of(SLIPWAY, UNBATCHED),
                new SideBySide(cases, List.of(1, 8)));
    }

    private static Scenario peers() {
        List<Case> cases = List.of(
                new Case(Models.TINY, Protocol.TFS_REST, CONNECTIONS),
                new Case(Models.TINY, Protocol.TFS_REST, new Closed(8, 1)),
                new Case(Models.TINY, Protocol.TFS_REST, ALONE));
        List<String> all = new ArrayList<>(List.of(SLIPWAY));
        all.addAll(Targets.PEERS);
        return new Scenario(
                "peers",
                "The 4-16-3 network over REST, beside services that people write: Spring Boot, Node.",
                false,
                all,
                new EqualLoad(cases));
    }

    private static Scenario startUp() {
        return new Scenario(
                "startup",
                "From the start of the process to the first answer, and memory when idle, on each JDK.",
                false,
                List.of(),
                new FirstStarts());
    }

    private static Scenario isolation() {
        Load quiet = new Load.Open(200, Duration.ZERO, 4, 8);
        return new Scenario(
                Isolation.NAME,
                "The 4-16-3 network at 200 requests a second, alone and while models of 500 MiB load and unload.",
                false,
                List.of(SLIPWAY, EQUAL_LOADS),
                new Isolation(new Case(Models.TINY, Protocol.OIP_GRPC, quiet, 4)));
    }

    private static Scenario many() {
        return new Scenario(
                "many",
                "Until 10,000 versions of the 4-16-3 network are available.",
                false,
                List.of(),
                new ManyVersions(10, 1000));
    }

    private static Scenario overhead() {
        List<Case> cases = List.of(
                new Case(Models.TINY, Protocol.TFS_GRPC, STREAMS),
                new Case(Models.TINY, Protocol.OIP_GRPC, STREAMS),
                new Case(Models.TINY, Protocol.TFS_REST, CONNECTIONS));
        return new Scenario(
                OVERHEAD,
                "The 4-16-3 network with and without API keys, times of each phase, and traces: what these cost.",
                false,
                Watching.targets(),
                new SideBySide(cases, List.of(), COMPILED));
    }

    private static Scenario tenants() {
        return new Scenario(
                NoisyTenant.NAME,
                "A model of a millisecond for a tenant that asks for a twentieth of what it can do, alone and beside one"
                        + " that asks for four times what it can do.",
                false,
                List.of(Targets.TENANTS),
                new NoisyTenant(new Case(Models.DEEP, Protocol.OIP_GRPC, STREAMS, 2), 0.05, 4));
    }

    private static Scenario saturation() {
        return new Scenario(
                Saturation.NAME,
                "A model of a millisecond at twice what it can do for --minutes, by default 30: goodput, p99, memory.",
                false,
                List.of(SLIPWAY, Targets.ADAPTIVE),
                new Saturation(
                        new Case(Models.DEEP, Protocol.OIP_GRPC, FULL, 2), OVERLOAD_SLO, Duration.ofMinutes(30)));
    }
}

package dev.slipway.benchmarks.jmh;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.ComputePool;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Listeners;
import dev.slipway.core.Manager;
import dev.slipway.core.ManagerOptions;
import dev.slipway.core.batching.Dispatcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A manager with trivial models, two versions of each: {@code model-0} and so on. */
final class ServedModels implements AutoCloseable {
    private static final int VERSIONS = 2;

    private final Manager manager = new Manager(ManagerOptions.defaults(List.of()));
    private final Listeners listeners = new Listeners(List.of());
    private final InferenceService service = new InferenceService(manager, listeners);

    /**
     * Returns once all are served.
     *
     * @param tokens what a run costs, in units of about 2 ns
     */
    ServedModels(int models, int tokens) {
        TrivialModel model = new TrivialModel(tokens);
        for (int number = 0; number < models; number++) {
            manager.aspire(new AspiredVersions(
                    name(number),
                    LongStream.rangeClosed(1, VERSIONS)
                            .mapToObj(version -> new AspiredVersions.Version(version, "", model))
                            .toList()));
        }
        manager.settled().join();
    }

    static String name(int number) {
        return "model-" + number;
    }

    /** One row for {@code model}. */
    static InferenceRequest request(String model) {
        return new InferenceRequest(
                new Target(model, VersionChoice.LATEST, ""),
                Map.of(TrivialModel.INPUT, Rows.tensor(Rows.values(1, TrivialModel.WIDTH))),
                List.of(),
                Deadline.after(Duration.ofDays(1), System.nanoTime()));
    }

    /** A dispatcher for these models that hands over to {@code pool}. */
    Dispatcher dispatcher(ComputePool pool) {
        return new Dispatcher(manager.map(), pool, listeners, manager.timer());
    }

    InferenceService service() {
        return service;
    }

    @Override
    public void close() {
        manager.close().join();
    }
}

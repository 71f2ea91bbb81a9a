package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.ModelSettings.Residency;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.ResourcePreserving;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything at once, at random: whoever waits is answered, what is lent stays open, and in the end nothing is left. */
class ManagerStressTest {
    private static final int CLIENTS = 4;
    private static final int STEPS = 300;
    private static final int MODELS = 4;
    private static final int VERSIONS = 3;
    private static final int HELD_MAX = 3;
    private static final long BUDGET = 40;

    private final Queue<CompletableFuture<?>> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<?>> leaving = new ConcurrentLinkedQueue<>();
    private final Queue<CountDownLatch> gates = new ConcurrentLinkedQueue<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void nobodyIsForgottenAndNothingIsLeft(long seed) throws Exception {
        AtomicInteger warmed = new AtomicInteger();
        WarmUp warmUp = (id, loader, servable) -> {
            if (warmed.incrementAndGet() % 7 == 0) {
                throw new SlipwayException(ErrorCode.UNAVAILABLE, "no answer");
            }
        };
        Faults faults = new Faults();
        try (faults;
                ManagerRig rig = new ManagerRig(new AvailabilityPreserving(), BUDGET, warmUp)) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<Future<?>> ended = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(seed * CLIENTS + client);
                ended.add(clients.submit(() -> new Client(rig, random).run()));
            }
            for (Future<?> client : ended) {
                client.get(60, TimeUnit.SECONDS);
            }
            clients.shutdown();
            gates.forEach(CountDownLatch::countDown);
            for (CompletableFuture<?> waiter : waiting) {
                ManagerRig.get(waiter.handle((done, failed) -> true));
            }
        }
        assertThat(leaving).allMatch(CompletableFuture::isDone);
        assertThat(faults.seen).isEmpty();
    }

    /** What the manager's loop could not do. */
    private static final class Faults extends Handler implements AutoCloseable {
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();
        private final List<Logger> loggers =
                List.of(Logger.getLogger(EventLoop.class.getName()), Logger.getLogger(Reconciler.class.getName()));

        Faults() {
            loggers.forEach(logger -> logger.addHandler(this));
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                seen.add(entry.getMessage() + ": " + entry.getThrown());
            }
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            loggers.forEach(logger -> logger.removeHandler(this));
        }
    }

    private final class Client {
        private final ManagerRig rig;
        private final Random random;
        private final Deque<Handle> held = new ArrayDeque<>();

        Client(ManagerRig rig, Random random) {
            this.rig = rig;
            this.random = random;
        }

        void run() {
            try {
                for (int step = 0; step < STEPS; step++) {
                    step();
                    held.forEach(handle -> handle.servable().run(null).close());
                }
            } finally {
                held.forEach(Handle::close);
            }
        }

        private void step() {
            String model = "m" + random.nextInt(MODELS);
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> rig.manager.aspire(aspired(model));
                case 3, 4 -> rig.manager.configure(model, settings());
                case 5, 6, 7 -> demand(model);
                case 8 -> load(model);
                case 9 -> leaving.add(rig.manager.gone(model, version()));
                case 10 -> rig.timer.advance(Duration.ofSeconds(random.nextInt(5)));
                case 11 -> rig.manager.resources().changeBudget(BUDGET - 10 * random.nextInt(3));
                case 12 -> openGate();
                default -> borrow(model);
            }
        }

        private long version() {
            return 1 + random.nextInt(VERSIONS);
        }

        private AspiredVersions aspired(String model) {
            List<AspiredVersions.Version> versions = new ArrayList<>();
            for (long number = 1; number <= VERSIONS; number++) {
                if (random.nextInt(3) > 0) {
                    CountDownLatch gate = new CountDownLatch(1);
                    gates.add(gate);
                    versions.add(new StormyModel(number, random, gate).wish(number, "files-" + random.nextInt(3)));
                }
            }
            return new AspiredVersions(model, versions);
        }

        private ModelSettings settings() {
            Map<String, Split> labels = random.nextBoolean()
                    ? Map.of()
                    : Map.of("champion", new Split(Map.of(1L, 1, 1 + version(), random.nextInt(2))));
            return new ModelSettings(
                    labels,
                    random.nextInt(3) == 0 ? Residency.PRELOADED : Residency.ON_DEMAND,
                    random.nextInt(6) == 0,
                    random.nextInt(6) == 0,
                    random.nextInt(4) == 0 ? new ResourcePreserving() : null);
        }

        private VersionChoice choice() {
            return switch (random.nextInt(3)) {
                case 0 -> VersionChoice.LATEST;
                case 1 -> new VersionChoice.Label("champion");
                default -> new VersionChoice.Exact(version());
            };
        }

        private void demand(String model) {
            VersionChoice choice = choice();
            waiting.add(rig.manager.demand(model, choice).thenAccept(done -> {
                Handle handle = rig.manager.map().tryBorrow(model, choice);
                if (handle != null) {
                    handle.servable().run(null).close();
                    handle.close();
                }
            }));
        }

        private void load(String model) {
            boolean isCalledOff = random.nextBoolean();
            waiting.add(rig.manager.load(model, OptionalLong.empty()).thenCompose(load -> {
                if (isCalledOff) {
                    load.cancel().run();
                }
                return load.done();
            }));
        }

        private void openGate() {
            CountDownLatch gate = gates.poll();
            if (gate != null) {
                gate.countDown();
            }
        }

        private void borrow(String model) {
            Handle handle = rig.manager.map().tryBorrow(model, choice());
            if (handle != null) {
                held.add(handle);
            }
            if (held.size() > HELD_MAX) {
                held.remove().close();
            }
        }
    }
}

package dev.slipway.server.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight models under mixed load while versions come, go, break and are half there, the storage goes away, labels move, the
 * configuration is read again, models are loaded and unloaded by hand, a store is cut off, and the server is killed and
 * started again. Lasts half a minute; {@code -Dslipway.soak.seconds=1200} for twenty.
 */
class SoakTest {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("slipway.soak.seconds", 30));
    private static final long SEED = Long.getLong("slipway.soak.seed", 20261121);
    private static final int CALLERS = 4;

    /** A life of the server is long enough for compilers and buffers to come to rest in this part of it. */
    private static final double WARM_SHARE = 0.5;

    private static final long GROWTH_BYTES_MAX = 64L << 20;
    private static final long PAUSE_MILLIS = 200;

    @TempDir
    Path root;

    private final SoakCount count = new SoakCount();
    private final SoakGate gate = new SoakGate();
    private final Random random = new Random(SEED);
    private final List<String> memory = new ArrayList<>();
    private long growthMax;

    @Test
    void answersRightlyWhateverHappensAroundIt() throws Exception {
        assumeThat(Files.isReadable(Path.of("/proc/self/statm")))
                .as("this system tells the memory of a process")
                .isTrue();
        SoakModels models = new SoakModels(root);
        Path config = Files.writeString(root.resolve("models.config"), models.config());
        Path log = root.resolve("server.log");
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<String> options =
                List.of("--model_config_file=" + config, "--file_system_poll_wait_seconds=1", "--settle_millis=300");
        try (SoakServer server = new SoakServer(options, log);
                SpareDisturbances spare = new SpareDisturbances(root, new SoakStatus(server))) {
            SoakStatus status = new SoakStatus(server);
            begin(server, status);
            List<Disturbance> disturbances = new ArrayList<>(FileDisturbances.all(models, status));
            disturbances.addAll(ManagementDisturbances.all(models, status, config));
            disturbances.addAll(spare.all());
            List<String> left = leaveOutImpossible(disturbances, status);
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.execute(new SoakTraffic(server, models, count, gate, SEED + caller));
            }
            int lives = (int) Math.max(2, Math.min(6, TIME.toMinutes() / 4));
            for (int life = 1; life <= lives; life++) {
                live(server, disturbances, TIME.dividedBy(lives));
                if (life < lives) {
                    kill(server, status);
                }
            }
            gate.end();
            callers.shutdown();
            assertThat(callers.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
            System.out.printf(
                    "soak of %d s: %s%n  memory: %s%n  not there: %s%n", TIME.toSeconds(), count, memory, left);
            assertThat(server.stop()).as("exit code on SIGTERM").isZero();
        } finally {
            gate.end();
            callers.shutdownNow();
        }
        assertThat(count.faults()).as("wrong answers and failed requests").isEmpty();
        assertThat(count.right.sum()).isGreaterThan(TIME.toSeconds());
        assertThat(growthMax).as("growth of a process: %s", memory).isLessThan(GROWTH_BYTES_MAX);
    }

    private void begin(SoakServer server, SoakStatus status) throws Exception {
        SoakServer.Life life = server.start();
        status.awaitReady();
        gate.open(life);
    }

    private void kill(SoakServer server, SoakStatus status) throws Exception {
        gate.close();
        server.kill();
        count.disturbed("SIGKILL");
        begin(server, status);
    }

    private List<String> leaveOutImpossible(List<Disturbance> disturbances, SoakStatus status) throws Exception {
        List<String> left = new ArrayList<>();
        for (Disturbance disturbance : List.copyOf(disturbances)) {
            if (!disturbance.isPossible(status)) {
                disturbances.remove(disturbance);
                left.add(disturbance.name());
            }
        }
        return left;
    }

    /** Disturbs one process for some time; each way in turn, so that none is left to chance. */
    private void live(SoakServer server, List<Disturbance> disturbances, Duration time) throws Exception {
        long begin = System.nanoTime();
        long warm = 0;
        for (int turn = 0; System.nanoTime() - begin < time.toNanos(); turn++) {
            Disturbance disturbance = disturbances.get(turn % disturbances.size());
            disturbance.run(random);
            count.disturbed(disturbance.name());
            SoakStatus.pause(PAUSE_MILLIS);
            if (warm == 0 && System.nanoTime() - begin > time.toNanos() * WARM_SHARE) {
                warm = server.life().residentBytes();
            }
        }
        note(server.life(), warm);
    }

    private void note(SoakServer.Life life, long warm) throws IOException {
        long end = life.residentBytes();
        long from = warm == 0 ? end : warm;
        growthMax = Math.max(growthMax, end - from);
        memory.add("process %d: %d MiB, then %d MiB".formatted(life.number(), from >> 20, end >> 20));
    }
}

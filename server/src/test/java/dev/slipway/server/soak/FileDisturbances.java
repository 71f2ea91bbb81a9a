package dev.slipway.server.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.stream.Stream;

/** What happens in the folder of the models. */
final class FileDisturbances {
    private static final long OUTAGE_MILLIS = 2500;
    private static final long COPY_MILLIS = 1500;

    private FileDisturbances() {}

    static List<Disturbance> all(SoakModels models, SoakStatus status) {
        return List.of(
                new Added(models, status),
                new Removed(models, status),
                new Broken(models, status),
                new HalfCopied(models, status),
                new Unreachable(models, status));
    }

    /** A new version comes; where just the newest is served, the one before it goes. */
    private record Added(SoakModels models, SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "version added";
        }

        @Override
        public void run(Random random) throws Exception {
            int model = random.nextInt(SoakModels.COUNT);
            long before = models.published(model).last();
            long version = models.next(model);
            models.publish(model, version);
            status.awaitAvailable(model, version);
            if (!SoakModels.servesAll(model) && Files.exists(models.path(model, before))) {
                models.withdraw(model, before);
            }
        }
    }

    /** The newest of several versions goes. */
    private record Removed(SoakModels models, SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "version removed";
        }

        @Override
        public void run(Random random) throws Exception {
            int model = 2 * random.nextInt(SoakModels.COUNT / 2) + 1;
            long newest = newestThere(models, model);
            if (newest <= 2) {
                newest = models.next(model);
                models.publish(model, newest);
                status.awaitAvailable(model, newest);
            }
            models.withdraw(model, newest);
            status.awaitGone(model, newest);
        }

        private static long newestThere(SoakModels models, int model) {
            NavigableSet<Long> all = models.published(model);
            return all.descendingSet().stream()
                    .filter(version -> Files.exists(models.path(model, version)))
                    .findFirst()
                    .orElse(0L);
        }
    }

    /** A version comes that can't be loaded; what was served goes on being served. */
    private record Broken(SoakModels models, SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "version broken";
        }

        @Override
        public void run(Random random) throws Exception {
            int model = random.nextInt(SoakModels.COUNT);
            Path folder = models.path(model, models.next(model));
            byte[] bytes = SoakModels.bytes(model, models.next(model));
            bytes[random.nextInt(16)] ^= (byte) 0xff;
            Path staged = Files.createDirectory(models.path(model).resolve(".broken"));
            Files.write(staged.resolve("model.onnx"), bytes, StandardOpenOption.CREATE);
            Files.write(staged.resolve("model.onnx"), new byte[] {7, 7}, StandardOpenOption.APPEND);
            Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
            SoakStatus.pause(COPY_MILLIS);
            SoakModels.delete(folder);
        }
    }

    /** A version is copied slowly, file by piece of file, where it is to be served. */
    private record HalfCopied(SoakModels models, SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "version half-copied";
        }

        @Override
        public void run(Random random) throws Exception {
            int model = random.nextInt(SoakModels.COUNT);
            long version = models.next(model);
            byte[] bytes = SoakModels.bytes(model, version);
            int half = 1 + random.nextInt(bytes.length - 2);
            models.published(model).add(version);
            Path file = Files.createDirectory(models.path(model, version)).resolve("model.onnx");
            Files.write(file, Arrays.copyOf(bytes, half));
            SoakStatus.pause(random.nextInt((int) COPY_MILLIS));
            Files.write(file, Arrays.copyOfRange(bytes, half, bytes.length), StandardOpenOption.APPEND);
            status.awaitAvailable(model, version);
        }
    }

    /** The folder of all models is not there for a while. */
    private record Unreachable(SoakModels models, SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "storage unreachable";
        }

        @Override
        public void run(Random random) throws Exception {
            Path away = models.folder().resolveSibling("away");
            Files.move(models.folder(), away, StandardCopyOption.ATOMIC_MOVE);
            SoakStatus.pause(OUTAGE_MILLIS);
            Files.move(away, models.folder(), StandardCopyOption.ATOMIC_MOVE);
            try (Stream<Path> there = Files.list(models.folder())) {
                if (there.count() != SoakModels.COUNT) {
                    throw new AssertionError("models were lost from " + models.folder());
                }
            }
        }
    }
}

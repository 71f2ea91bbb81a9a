package dev.slipway.source.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the cache is whole, whatever happened to who put it there. */
class ArtifactCacheTest {
    private static final String A = Hashes.sha256("a");
    private static final String B = Hashes.sha256("b");
    private static final String C = Hashes.sha256("c");

    @TempDir
    private Path folder;

    private final AtomicLong seconds = new AtomicLong(1_000_000);

    @Test
    void findsWhatWasCommittedAndNothingElse() throws IOException {
        ArtifactCache cache = cache(1000);
        assertThat(cache.find(A)).isEmpty();
        try (Work work = cache.begin(A)) {
            write(work, "7/model.onnx", 10);
            assertThat(cache.find(A)).isEmpty();
            try (Lease lease = cache.commit(work, work.files().resolve("7"))) {
                assertThat(lease.model().resolve("model.onnx")).hasSize(10);
            }
        }
        try (Lease lease = cache(1000).find(A).orElseThrow()) {
            assertThat(lease.model()).hasFileName("7").isDirectoryContaining(path -> path.endsWith("model.onnx"));
        }
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    @Test
    void keepsOneOfTwoThatAreEqual() throws IOException {
        ArtifactCache cache = cache(1000);
        put(cache, A, 10).close();
        put(cache, B, 10).close();
        assertThat(folder.resolve("entries")).isDirectoryContaining(path -> true);
        assertThat(Trees.children(folder.resolve("entries"))).hasSize(1);
        assertThat(cache.bytes()).isEqualTo(10);
    }

    @Test
    void makesRoomByWhatWasUsedLongestAgo() throws IOException {
        ArtifactCache cache = cache(100);
        put(cache, A, 40).close();
        put(cache, B, 41).close();
        cache.find(A).orElseThrow().close();
        put(cache, C, 42).close();
        assertThat(cache.find(B)).isEmpty();
        assertThat(cache.find(A)).isPresent();
        assertThat(cache.find(C)).isPresent();
        assertThat(cache.bytes()).isEqualTo(82);
    }

    @Test
    void takesNothingFromWhoUsesIt() throws IOException {
        ArtifactCache cache = cache(100);
        Lease first = put(cache, A, 60);
        Lease second = cache.find(A).orElseThrow();
        first.close();
        first.close();
        SlipwayException error = catchThrowableOfType(SlipwayException.class, () -> put(cache, B, 50));
        assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(error).hasMessageContaining("needs 50 B (budget: 100 B; held by what is loaded: 60 B");
        assertThat(second.model().resolve("model")).hasSize(60);
        second.close();
        put(cache, B, 50).close();
        assertThat(cache.find(A)).isEmpty();
    }

    @Test
    void refusesWhatCanNeverFit() {
        SlipwayException error =
                catchThrowableOfType(SlipwayException.class, () -> cache(100).makeRoom(101));
        assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void doesNotSeeWhatSomebodyShortened() throws IOException {
        ArtifactCache cache = cache(1000);
        Path model;
        try (Lease lease = put(cache, A, 10)) {
            model = lease.model().resolve("model");
        }
        Files.write(model, new byte[9], StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(cache.find(A)).isEmpty();
        put(cache, A, 10).close();
        assertThat(cache.find(A)).isPresent();
    }

    @Test
    void doesNotSeeWhatAPowerCutLeftOfARef() throws IOException {
        ArtifactCache cache = cache(1000);
        put(cache, A, 10).close();
        put(cache, B, 20).close();
        Files.writeString(folder.resolve("refs").resolve(A), "");
        assertThat(cache.find(A)).isEmpty();
        assertThat(cache.find(B)).isPresent();
    }

    @Test
    void keepsPartsForWhoTakesTheWorkUpAgainButNoFiles() throws IOException {
        ArtifactCache cache = cache(1000);
        try (Work work = cache.begin(A)) {
            Files.writeString(work.parts().resolve("0.part"), "half");
            write(work, "model", 10);
        }
        try (Work work = cache.begin(A)) {
            assertThat(work.parts().resolve("0.part")).hasContent("half");
            assertThat(work.files()).isEmptyDirectory();
        }
    }

    @Test
    void forgetsPartsThatNobodyTakesUp() throws IOException {
        ArtifactCache cache = cache(1000);
        cache.begin(A).close();
        Work inUse = cache.begin(B);
        seconds.set(Instant.now().getEpochSecond() + 8 * 24 * 3600);
        cache.makeRoom(1);
        assertThat(folder.resolve("work").resolve(A)).doesNotExist();
        assertThat(folder.resolve("work").resolve(B)).exists();
        inUse.close();
    }

    @Test
    void letsOneOfManyThreadsWorkAndTheOthersFind() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 50; round++) {
                ArtifactCache cache = cache(1 << 20);
                String key = Hashes.sha256("round " + round);
                int size = round + 1;
                AtomicInteger works = new AtomicInteger();
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Lease>> leases = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    leases.add(threads.submit(() -> {
                        start.await();
                        try (Work work = cache.begin(key)) {
                            if (cache.find(key).isPresent()) {
                                return cache.find(key).orElseThrow();
                            }
                            works.incrementAndGet();
                            write(work, "model", size);
                            return cache.commit(work, work.files());
                        }
                    }));
                }
                start.countDown();
                for (Future<Lease> lease : leases) {
                    assertThat(lease.get().model().resolve("model")).hasSize(size);
                    lease.get().close();
                }
                assertThat(works).hasValue(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anInterruptedThreadWaitsNoLonger() throws Exception {
        ArtifactCache cache = cache(1000);
        CompletableFuture<SlipwayException> error = new CompletableFuture<>();
        try (Work held = cache.begin(A)) {
            assertThat(held.parts()).exists();
            Thread thread = new Thread(() -> error.complete(catchThrowableOfType(
                    SlipwayException.class, () -> cache.begin(A).close())));
            thread.start();
            thread.interrupt();
            assertThat(error.get().code()).isEqualTo(ErrorCode.CANCELLED);
        }
        cache.begin(A).close();
    }

    @Test
    void takesNothingFromAnotherProcessUntilThatIsGone() throws Exception {
        ArtifactCache cache = cache(100);
        put(cache, A, 60).close();
        try (OtherProcess other = new OtherProcess("lease", folder, A)) {
            other.awaitReady();
            SlipwayException error = catchThrowableOfType(SlipwayException.class, () -> cache.makeRoom(50));
            assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
            assertThat(cache.find(A)).isPresent().get().satisfies(Lease::close);
            other.kill();
            cache.makeRoom(50);
            assertThat(cache.find(A)).isEmpty();
        }
    }

    @Test
    void aKilledProcessLeavesNothingThatLooksComplete() throws Exception {
        ArtifactCache cache = cache(1000);
        try (OtherProcess other = new OtherProcess("work", folder, A)) {
            other.awaitReady();
            CompletableFuture<Work> next = CompletableFuture.supplyAsync(() -> cache.begin(A));
            assertThat(cache.find(A)).isEmpty();
            assertThat(next).isNotDone();
            other.kill();
            try (Work work = next.get()) {
                assertThat(work.files()).isEmptyDirectory();
                assertThat(work.parts().resolve("0.part")).hasSize(5);
                assertThat(cache.find(A)).isEmpty();
            }
        }
    }

    private Lease put(ArtifactCache cache, String key, int bytes) throws IOException {
        try (Work work = cache.begin(key)) {
            write(work, "model", bytes);
            return cache.commit(work, work.files());
        }
    }

    private static void write(Work work, String path, int bytes) throws IOException {
        Path file = work.files().resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }

    /** One whose time goes on by a second whenever it is asked for. */
    private ArtifactCache cache(long bytesMax) {
        InstantSource source = () -> Instant.ofEpochSecond(seconds.incrementAndGet());
        return new ArtifactCache(folder, bytesMax, source.withZone(ZoneOffset.UTC));
    }

    /** A Java process that takes something of the cache's, and waits to be killed. */
    static final class OtherProcess implements AutoCloseable {
        private final Process process;

        OtherProcess(String what, Path folder, String key) throws Exception {
            List<String> places = new ArrayList<>();
            for (Class<?> there : List.of(ArtifactCache.class, OtherProcess.class, SlipwayException.class)) {
                places.add(Path.of(there.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            }
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-cp",
                            String.join(System.getProperty("path.separator"), places),
                            OtherProcess.class.getName(),
                            what,
                            folder.toString(),
                            key)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        public static void main(String[] arguments) throws Exception {
            ArtifactCache cache = new ArtifactCache(Path.of(arguments[1]), 100);
            if (arguments[0].equals("lease")) {
                Lease lease = cache.find(arguments[2]).orElseThrow();
                System.out.println(lease.model());
            } else {
                Work work = cache.begin(arguments[2]);
                Files.write(work.parts().resolve("0.part"), new byte[5]);
                write(work, "model", 10);
                System.out.println(work.files());
            }
            System.in.read();
        }

        void awaitReady() throws IOException {
            assertThat(process.inputReader().readLine()).isNotEmpty();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}

package dev.slipway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.access.Action;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AuditLogTest {
    @TempDir
    private Path temp;

    private final MovableClock clock = new MovableClock();
    private final FailingStorage storage = new FailingStorage();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AuditListener listener = new AuditListener() {
        @Override
        public void failed(String reason) {
            heard.add("failed: " + reason);
        }

        @Override
        public void recovered(long lost) {
            heard.add("recovered, lost " + lost);
        }

        @Override
        public void kept(String reason) {
            heard.add("kept: " + reason);
        }
    };

    private AuditSettings settings() {
        return AuditSettings.of(temp.resolve("log"));
    }

    private AuditLog open(AuditSettings settings) {
        return AuditLog.open(settings, listener, clock, storage);
    }

    private List<AuditReader.Entry> entries() {
        List<AuditReader.Entry> all = new ArrayList<>();
        new AuditReader(settings().folder()).forEach(all::add);
        return all;
    }

    private long count(AuditKind kind) {
        return entries().stream().filter(entry -> entry.kind() == kind).count();
    }

    private static SlipwayException failure(CompletableFuture<Void> done) {
        CompletionException failure = catchThrowableOfType(CompletionException.class, done::join);
        assertThat(failure).hasCauseInstanceOf(SlipwayException.class);
        return (SlipwayException) failure.getCause();
    }

    @Test
    void theLinesOfManyThreadsAreInTheOrderOfTheirNumbers() throws InterruptedException {
        int threads = 16;
        int each = 300;
        try (AuditLog log = open(settings().withQueue(threads * each * 2))) {
            List<Thread> all = IntStream.range(0, threads)
                    .mapToObj(number -> new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            log.append(AuditLogs.event("key:" + number, Action.PREDICT, AuditOutcome.ALLOWED)
                                    .withDetail(Integer.toString(i)));
                        }
                    }))
                    .toList();
            all.forEach(Thread::start);
            for (Thread thread : all) {
                thread.join();
            }
        }
        AuditReport report = AuditLogs.verify(settings());
        assertThat(report.firstBreak()).isNull();
        assertThat(report.requests()).isEqualTo(threads * each);
        Map<String, Integer> next = new HashMap<>();
        long seq = 0;
        for (AuditReader.Entry entry : entries()) {
            assertThat(entry.seq()).isEqualTo(++seq);
            if (entry.kind() == AuditKind.ACCESS) {
                int before = next.getOrDefault(entry.event().principal(), 0);
                assertThat(entry.event().detail()).isEqualTo(Integer.toString(before));
                next.put(entry.event().principal(), before + 1);
            }
        }
        assertThat(next).hasSize(threads);
    }

    @Test
    void whatMayGoOnIsOnDisk() {
        try (AuditLog log = open(settings())) {
            log.record(AuditLogs.deploy()).toCompletableFuture().join();
            assertThat(count(AuditKind.ACCESS)).isEqualTo(1);
            assertThat(log.record(AuditLogs.denied()).toCompletableFuture()).isCompleted();
            assertThat(log.record(AuditLogs.predict()).toCompletableFuture()).isCompleted();
        }
        assertThat(count(AuditKind.ACCESS)).isEqualTo(3);
    }

    @Test
    void aFullDiskRefusesWhatMustBeAuditedAndTellsWhatWasLost() {
        try (AuditLog log = open(settings())) {
            log.appendDurably(AuditLogs.deploy()).join();
            storage.leave(100);
            SlipwayException refused = failure(log.appendDurably(AuditLogs.deploy()));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(refused).hasMessageContaining("No space left on device");
            assertThat(failure(log.record(AuditLogs.deploy()).toCompletableFuture()))
                    .hasMessageContaining("No space left on device");
            assertThatThrownBy(() -> log.append(AuditLogs.deploy())).isInstanceOf(SlipwayException.class);
            log.append(AuditLogs.predict());
            assertThat(failure(log.appendDurably(AuditLogs.deploy())).code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(log.failure()).contains("No space left on device");
            assertThat(log.dropped()).isEqualTo(5);

            storage.leave(Long.MAX_VALUE);
            clock.move(Duration.ofSeconds(1));
            log.appendDurably(AuditLogs.deploy()).join();
            assertThat(log.failure()).isNull();
            assertThat(log.dropped()).isEqualTo(5);
        }
        AuditReport report = AuditLogs.verify(settings());
        assertThat(report.firstBreak()).isNull();
        assertThat(report.requests()).isEqualTo(2);
        assertThat(report.unwritten()).isEqualTo(5);
        assertThat(report.notes().get(0))
                .contains("writing failed after line 2: No space left on device; 101 bytes before this are no line");
        assertThat(report.notes().get(1)).contains("5 events were lost");
        assertThat(heard).containsExactly("failed: No space left on device", "recovered, lost 5");
    }

    @Test
    void aDiskThatIsFullAtEveryByteLeavesALogThatIsWhole() {
        for (int bytes = 0; bytes < 1200; bytes += 7) {
            storage.leave(Long.MAX_VALUE);
            try (AuditLog log = open(settings())) {
                storage.leave(bytes);
                CompletableFuture<Void> first = log.appendDurably(AuditLogs.deploy());
                CompletableFuture<Void> second = log.appendDurably(AuditLogs.deploy());
                CompletableFuture.allOf(first, second).exceptionally(e -> null).join();
                storage.leave(Long.MAX_VALUE);
                clock.move(Duration.ofSeconds(2));
            }
            assertThat(AuditLogs.verify(settings()).firstBreak())
                    .as("%d bytes left", bytes)
                    .isNull();
        }
    }

    @Test
    void aDiskThatCanNotPromiseRefusesToo() {
        try (AuditLog log = open(settings())) {
            storage.failForce(true);
            assertThat(failure(log.appendDurably(AuditLogs.deploy()))).hasMessageContaining("Input/output error");
            storage.failForce(false);
            clock.move(Duration.ofSeconds(1));
            log.appendDurably(AuditLogs.deploy()).join();
        }
        AuditReport report = AuditLogs.verify(settings());
        assertThat(report.firstBreak()).isNull();
        assertThat(report.notes().get(0)).contains("writing failed after line 1: Input/output error");
    }

    @Test
    void aFullDiskAtTheStartIsAnErrorOfTheStart() {
        storage.leave(10);
        assertThatThrownBy(() -> open(settings()))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("No space left on device");
        storage.leave(Long.MAX_VALUE);
        open(settings()).close();
        assertThat(AuditLogs.verify(settings()).firstBreak()).isNull();
    }

    @Test
    void aDiskThatStandsStillHoldsNobodyUpAndKeepsRoomForWhatMustBeAudited() throws InterruptedException {
        CompletableFuture<Void> kept;
        try (AuditLog log = open(settings().withQueue(16))) {
            storage.stop();
            log.append(AuditLogs.predict());
            storage.awaitWriter();
            for (int i = 0; i < 20; i++) {
                log.append(AuditLogs.predict());
            }
            assertThat(log.waiting()).isEqualTo(12);
            assertThat(log.dropped()).isEqualTo(8);
            kept = log.appendDurably(AuditLogs.deploy());
            for (int i = 0; i < 3; i++) {
                log.append(AuditLogs.deploy());
            }
            assertThat(failure(log.appendDurably(AuditLogs.deploy())))
                    .hasMessageContaining("is not done without (16 events wait)");
            assertThatThrownBy(() -> log.append(AuditLogs.deploy())).isInstanceOf(SlipwayException.class);
            assertThat(log.dropped()).isEqualTo(10);
            assertThat(kept).isNotDone();
            storage.goOn();
            kept.join();
        }
        AuditReport report = AuditLogs.verify(settings());
        assertThat(report.firstBreak()).isNull();
        assertThat(report.requests()).isEqualTo(17);
        assertThat(report.unwritten()).isEqualTo(10);
    }

    @Test
    void repeatedRefusalsAreCountedAndFillNoQueue() throws InterruptedException {
        try (AuditLog log = open(settings().withQueue(16))) {
            storage.stop();
            log.append(AuditLogs.predict());
            storage.awaitWriter();
            for (int i = 0; i < 10_000; i++) {
                log.append(AuditLogs.denied());
            }
            assertThat(log.waiting()).isEqualTo(5);
            assertThat(log.dropped()).isZero();
            storage.goOn();
        }
        assertThat(entries())
                .filteredOn(entry -> entry.kind() == AuditKind.REPEATED)
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.count()).isEqualTo(9_995);
                    assertThat(entry.event().principal()).isEqualTo("key:mallory");
                });
        assertThat(AuditLogs.verify(settings()).unwritten()).isEqualTo(9_995);
    }

    @Test
    void aMinutesRefusalsAreCountedWhenItIsOver() {
        try (AuditLog log = open(settings())) {
            for (int i = 0; i < 100; i++) {
                log.append(AuditLogs.denied());
            }
            clock.move(Duration.ofMinutes(1));
            log.appendDurably(AuditLogs.deploy()).join();
            assertThat(count(AuditKind.REPEATED)).isEqualTo(1);
        }
    }

    @Test
    void afterItsEndNothingIsLeftWaiting() {
        AuditLog log = open(settings());
        log.close();
        assertThat(failure(log.appendDurably(AuditLogs.deploy())).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        log.append(AuditLogs.predict());
        assertThat(log.dropped()).isEqualTo(2);
        assertThat(AuditLogs.verify(settings()).firstBreak()).isNull();
    }

    @Test
    void twoLogsInOneFolderAreRefused() {
        try (AuditLog log = open(settings())) {
            assertThatThrownBy(() -> open(settings()))
                    .isInstanceOf(SlipwayException.class)
                    .hasMessageEndingWith("is being written by another server (expected: a folder for each)");
            log.appendDurably(AuditLogs.deploy()).join();
        }
        open(settings()).close();
        assertThat(AuditLogs.verify(settings()).firstBreak()).isNull();
    }

    @Test
    void twoProcessesInOneFolderAreRefusedAndOneThatEndedIsNot() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogHolder.class.getName(),
                        settings().folder().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("open");
            assertThatThrownBy(() -> open(settings())).hasMessageContaining("is being written by another server");
            other.getOutputStream().close();
            other.waitFor();
        } finally {
            other.destroyForcibly();
        }
        open(settings()).close();
        AuditReport report = AuditLogs.verify(settings());
        assertThat(report.firstBreak()).isNull();
        assertThat(report.requests()).isEqualTo(1);
        assertThat(report.notes()).singleElement().asString().contains("the log was not closed before");
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws IOException {
        Files.createFile(settings().folder());
        assertThatThrownBy(() -> open(settings()))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining(settings().folder().toString());
    }

    /** Who may write into the folder must not have the server write, or cut, what only the server may. */
    @Test
    void linksInPlaceOfItsFilesAreNotFollowed() throws IOException {
        for (String name : List.of("audit-000000000001.jsonl", "audit.head.new", "audit.lock", "audit.head")) {
            Path folder = Files.createDirectories(temp.resolve("of " + name));
            Path victim = Files.writeString(temp.resolve("victim"), "precious");
            Files.createSymbolicLink(folder.resolve(name), victim);
            try (AuditLog log = AuditLog.open(AuditSettings.of(folder), AuditListener.NONE, clock)) {
                log.appendDurably(AuditLogs.deploy()).join();
            } catch (SlipwayException e) {
                assertThat(e.code()).as(name).isEqualTo(ErrorCode.UNAVAILABLE);
            }
            assertThat(victim).as(name).hasContent("precious");
        }
    }
}

package dev.slipway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that go: as too old, while somebody reads, by somebody else's hand, or not at all. */
@Timeout(120)
class RemovedFilesTest {
    private static final int KEPT = 3;

    @TempDir
    private Path temp;

    private final MovableClock clock = new MovableClock();
    private final FailingStorage storage = new FailingStorage();
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final AuditListener listener = new AuditListener() {
        @Override
        public void failed(String reason) {}

        @Override
        public void recovered(long lost) {}

        @Override
        public void kept(String reason) {
            kept.add(reason);
        }
    };

    private AuditSettings settings() {
        return AuditSettings.of(temp.resolve("log")).withFiles(1 << 20, KEPT);
    }

    private AuditFolder folder() {
        return new AuditFolder(settings().folder());
    }

    private AuditLog open() {
        return AuditLog.open(settings(), listener, clock, storage);
    }

    /** A file for each day. */
    private void write(AuditLog log, int days) {
        for (int day = 0; day < days; day++) {
            clock.move(Duration.ofDays(1));
            log.appendDurably(AuditLogs.deploy()).join();
        }
    }

    @Test
    void filesThatCanNotBeRemovedStayAndTheLogGoesOn() throws IOException {
        storage.failDelete(true);
        try (AuditLog log = open()) {
            write(log, 5);
            assertThat(log.dropped()).isZero();
            assertThat(folder().files()).hasSize(6);
            assertThat(kept)
                    .containsExactly(
                            "audit-000000000001.jsonl: Operation not permitted",
                            "audit-000000000001.jsonl: Operation not permitted",
                            "audit-000000000001.jsonl: Operation not permitted");
            assertThat(AuditLogs.verify(settings()).firstBreak()).isNull();

            storage.failDelete(false);
            write(log, 1);
            assertThat(folder().files()).hasSize(KEPT);
        }
        AuditReport report = AuditLogs.verify(settings());
        assertThat(report.firstBreak()).isNull();
        assertThat(report.unwritten()).isZero();
    }

    @Test
    void linesThatWereRemovedWhileWritingFailedStayMissing() throws IOException {
        try (AuditLog log = open()) {
            log.appendDurably(AuditLogs.deploy()).join();
            log.appendDurably(AuditLogs.deploy()).join();
            storage.leave(0);
            assertThatThrownBy(() -> log.appendDurably(AuditLogs.deploy()).join())
                    .isInstanceOf(CompletionException.class);
            Files.delete(folder().file(1));
            Files.delete(folder().head());
            storage.leave(Long.MAX_VALUE);
            clock.move(Duration.ofSeconds(1));
            log.appendDurably(AuditLogs.deploy()).join();
        }
        assertThat(String.valueOf(AuditLogs.verify(settings()).firstBreak()))
                .startsWith("audit-000000000004.jsonl, line 1: lines up to 3 are missing (found: up to 0)");
    }

    @Test
    void filesThatComeAndGoWhileOneReadsAreNoBreak() throws IOException {
        List<Path> old;
        try (AuditLog log = open()) {
            write(log, 2);
            old = folder().files();
            write(log, 2);
        }
        assertThat(old.get(0)).doesNotExist();
        List<Path> now = folder().files();
        // What a listing may be that is made while a file comes and one goes: without either.
        List<Path> torn = now.subList(0, KEPT - 1);

        assertThat(verify(old, torn, now, now)).isTrue();
        assertThatThrownBy(() -> verify(old, old, old)).isInstanceOf(UncheckedIOException.class);
        assertThat(verify(torn, torn)).as("nothing came or went").isFalse();
    }

    /** Whether the log is intact for one who sees these listings, one after the other. */
    @SafeVarargs
    private boolean verify(List<Path>... listings) {
        Deque<List<Path>> seen = new ArrayDeque<>(List.of(listings));
        return new AuditVerifier(folder(), null, () -> Objects.requireNonNull(seen.poll()))
                .verify()
                .isIntact();
    }

    @Test
    void aReaderPassesOverAFileThatIsGone() throws IOException {
        try (AuditLog log = open()) {
            write(log, 2);
        }
        // Listed, and not there: as one that is removed in between.
        Files.delete(folder().file(1));
        Files.createSymbolicLink(folder().file(1), temp.resolve("gone"));
        List<Long> numbers = new ArrayList<>();
        assertThat(new AuditReader(settings().folder()).forEach(entry -> numbers.add(entry.seq())))
                .isZero();
        assertThat(numbers).isNotEmpty().doesNotContain(1L);
    }
}

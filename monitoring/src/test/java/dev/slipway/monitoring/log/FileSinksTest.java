package dev.slipway.monitoring.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in files can be read by others. */
class FileSinksTest {
    private static final Rotation LARGE = new Rotation(1 << 30, Duration.ZERO, 0);

    @TempDir
    Path folder;

    /** Stands still until it is set. */
    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T08:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final SetClock clock = new SetClock();
    private final Counts counts = new Counts();

    private static CloudEvent event(String id) {
        return event(id, Map.of("modelversion", "7", "requestid", "ä \"r\"\n"));
    }

    private static CloudEvent event(String id, Map<String, String> extensions) {
        return new CloudEvent(
                id,
                "slipway://here",
                PayloadEvents.REQUEST,
                "fraud",
                Instant.parse("2026-11-22T08:15:00.123Z"),
                extensions,
                "{\"id\":\"%s\",\"inputs\":[]}".formatted(id).getBytes(StandardCharsets.UTF_8));
    }

    private Batch batch(String... ids) {
        return new Batch(Stream.of(ids).map(FileSinksTest::event).toList(), counts);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            // Less what stays locked.
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void writesAnEventInEachLine() throws IOException {
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", LARGE, false, clock)) {
            sink.write(batch("a", "b"));
        }
        List<String> lines = Files.readAllLines(folder.resolve("log.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"slipway://here\","
                        + "\"type\":\"org.kubeflow.serving.inference.request\",\"subject\":\"fraud\","
                        + "\"time\":\"2026-11-22T08:15:00.123Z\",%s,"
                                .formatted(
                                        lines.get(0).contains("\"modelversion\":\"7\",\"requestid\"")
                                                ? "\"modelversion\":\"7\",\"requestid\":\"ä \\\"r\\\"\\n\""
                                                : "\"requestid\":\"ä \\\"r\\\"\\n\",\"modelversion\":\"7\"")
                        + "\"datacontenttype\":\"application/json\",\"data\":{\"id\":\"a\",\"inputs\":[]}}");
        assertThat(counts.written()).isEqualTo(2);
    }

    @Test
    void beginsANewFileBySizeAndKeepsNoMoreThanItIsToldTo() throws IOException {
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", new Rotation(1, Duration.ZERO, 2), true, clock)) {
            sink.write(batch("a", "b", "c", "d"));
        }
        assertThat(files())
                .containsExactly("log-20261122T080000Z-002.jsonl.gz", "log-20261122T080000Z-003.jsonl.gz", "log.jsonl");
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(folder.resolve("log-20261122T080000Z-003.jsonl.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("\"id\":\"c\"");
        }
    }

    @Test
    void beginsANewFileWhenOneIsOldThoughNothingComes() throws IOException {
        try (JsonLinesSink sink =
                new JsonLinesSink(folder, "log", new Rotation(1 << 20, Duration.ofHours(1), 0), false, clock)) {
            sink.write(batch("a"));
            sink.idle();
            assertThat(files()).containsExactly("log.jsonl");
            clock.now = clock.now.plus(Duration.ofHours(1));
            sink.idle();
            assertThat(files()).containsExactly("log-20261122T090000Z-001.jsonl");
        }
    }

    @Test
    void aFileIsAsOldAsItsFirstEventThoughItWasOpenedAgain() throws IOException {
        Rotation hourly = new Rotation(1 << 20, Duration.ofHours(1), 0);
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", hourly, false, clock)) {
            sink.write(batch("a"));
        }
        // Events are of 08:15.
        clock.now = Instant.parse("2026-11-22T09:14:00Z");
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", hourly, false, clock)) {
            sink.write(batch("b"));
            assertThat(files()).containsExactly("log.jsonl");
        }
        clock.now = Instant.parse("2026-11-22T09:16:00Z");
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", hourly, false, clock)) {
            sink.write(batch("c"));
            assertThat(files()).containsExactly("log-20261122T091600Z-001.jsonl", "log.jsonl");
        }
    }

    @Test
    void ofTwoServersOneWritesAFileAndTheOtherOnceThatIsGone() throws IOException {
        try (JsonLinesSink second = new JsonLinesSink(folder, "log", LARGE, false, clock)) {
            try (JsonLinesSink first = new JsonLinesSink(folder, "log", LARGE, false, clock)) {
                first.write(batch("a"));
                Batch late = batch("b");
                assertThatThrownBy(() -> second.write(late))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("another server writes %s", folder.resolve("log.jsonl"));
                first.write(batch("c"));
            }
            second.write(batch("b"));
        }
        assertThat(Files.readAllLines(folder.resolve("log.jsonl")))
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"id\":\"a\""),
                        line -> assertThat(line).contains("\"id\":\"c\""),
                        line -> assertThat(line).contains("\"id\":\"b\""));
    }

    @Test
    void serversShareAFolderOfParquetFiles() throws IOException {
        try (ParquetSink first = new ParquetSink(folder, "log", LARGE, clock);
                ParquetSink second = new ParquetSink(folder, "log", LARGE, clock)) {
            first.write(batch("a"));
            // However long ago somebody wrote to it.
            age("log-20261122T080000Z-001.parquet.part");
            second.write(batch("b"));
        }
        assertThat(ParquetRows.read(folder.resolve("log-20261122T080000Z-001.parquet")))
                .extracting(row -> row.get("id"))
                .containsExactly("a");
        assertThat(ParquetRows.read(folder.resolve("log-20261122T080000Z-002.parquet")))
                .extracting(row -> row.get("id"))
                .containsExactly("b");
    }

    private void age(String name) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(Instant.parse("2026-11-21T08:00:00Z")));
    }

    @Test
    void removesWhatACrashHasLeftUnfinished() throws IOException {
        for (String name : List.of(
                "log-20261121T080000Z-001.parquet.part",
                "log-20261121T080000Z-001.jsonl.gz.part",
                "other-20261121T080000Z-001.parquet.part")) {
            Files.writeString(folder.resolve(name), "PAR1");
            age(name);
        }
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", LARGE, false, clock)) {
            sink.write(batch("a"));
        }
        try (ParquetSink sink = new ParquetSink(folder, "log", LARGE, clock)) {
            sink.write(batch("a"));
        }
        assertThat(files())
                .containsExactly(
                        "log-20261122T080000Z-001.parquet", "log.jsonl", "other-20261121T080000Z-001.parquet.part");
    }

    @Test
    void countsWhatIsLostWithAParquetFileAndNotWhatIsTriedAgain() throws IOException {
        try (ParquetSink sink = new ParquetSink(folder, "log", LARGE, clock)) {
            sink.write(batch("a", "b"));
            Batch bad = new Batch(List.of(event("c", Map.of("modelversion", "seven"))), counts);
            assertThatThrownBy(() -> sink.write(bad)).isInstanceOf(NumberFormatException.class);
            assertThat(bad.left()).hasSize(1);
            assertThat(counts.dropped(Reason.FAILED)).isEqualTo(2);
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void goesOnAfterAFileThatEndsInHalfALine() throws IOException {
        Files.writeString(folder.resolve("log.jsonl"), "{\"id\":\"whole\"}\n{\"id\":\"ha");
        try (JsonLinesSink sink = new JsonLinesSink(folder, "log", LARGE, false, clock)) {
            sink.write(batch("a"));
        }
        List<String> lines = Files.readAllLines(folder.resolve("log.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("{\"id\":\"whole\"}");
        assertThat(lines.get(1)).contains("\"id\":\"a\"");
    }

    @Test
    void writesParquetThatOthersRead() throws IOException {
        try (ParquetSink sink = new ParquetSink(folder, "log", LARGE, clock)) {
            List<CloudEvent> events = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                events.add(i % 3 == 0 ? event("p" + i, Map.of()) : event("p" + i));
            }
            sink.write(new Batch(events, counts));
            assertThat(files()).containsExactly("log-20261122T080000Z-001.parquet.part");
            assertThat(counts.written()).isZero();
        }
        assertThat(counts.written()).isEqualTo(3_000);
        List<Map<String, Object>> rows = ParquetRows.read(folder.resolve("log-20261122T080000Z-001.parquet"));
        assertThat(rows).hasSize(3_000);
        Map<String, Object> row = rows.get(2_999);
        assertThat(row)
                .containsEntry("id", "p2999")
                .containsEntry("type", PayloadEvents.REQUEST)
                .containsEntry("modelversion", 7L)
                .containsEntry("requestid", "ä \"r\"\n")
                .containsEntry("time", Instant.parse("2026-11-22T08:15:00.123Z").toEpochMilli())
                .containsEntry("data", "{\"id\":\"p2999\",\"inputs\":[]}");
        assertThat(rows.get(0)).containsEntry("id", "p0").doesNotContainKey("modelversion");
    }

    @Test
    void endsAParquetFileWithMoreThanOneRowGroup() throws IOException {
        String large = "x".repeat(1 << 20);
        try (ParquetSink sink = new ParquetSink(folder, "log", LARGE, clock)) {
            List<CloudEvent> events = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                events.add(new CloudEvent(
                        "p" + i, "s", "t", "m", Instant.EPOCH, Map.of(), (i + large).getBytes(StandardCharsets.UTF_8)));
            }
            sink.write(new Batch(events, counts));
        }
        List<Map<String, Object>> rows = ParquetRows.read(folder.resolve("log-20261122T080000Z-001.parquet"));
        assertThat(rows).extracting(row -> row.get("data")).last().isEqualTo(19 + large);
        assertThat(rows).hasSize(20);
        assertThat(ParquetRows.groupBytes(folder.resolve("log-20261122T080000Z-001.parquet")))
                .isEqualTo(ParquetRows.columnBytes(folder.resolve("log-20261122T080000Z-001.parquet")));
    }

    @Test
    void beginsANewParquetFileWhenOneIsOld() throws IOException {
        try (ParquetSink sink =
                new ParquetSink(folder, "log", new Rotation(1 << 20, Duration.ofMinutes(5), 1), clock)) {
            for (int i = 0; i < 3; i++) {
                sink.write(batch("a" + i));
                clock.now = clock.now.plus(Duration.ofMinutes(5));
                sink.idle();
            }
            assertThat(files()).containsExactly("log-20261122T081000Z-001.parquet");
        }
    }
}

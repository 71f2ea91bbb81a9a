package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Intervals;
import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.load.LoadGenerator;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Memory;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Finds a target's peak in a closed loop, offers twice as much in an open one for long, and tells, piece by piece, what it
 * answered in time, what it refused, how long those waited that it let in, and its memory; then how soon it is as it was.
 *
 * @param asked the closed loop
 * @param deadline of each request
 * @param lasting how long the overload is
 */
record Saturation(Case asked, Duration deadline, Duration lasting) implements Scenario.Plan {
    static final String NAME = "saturation";

    private static final int CONNECTIONS = 16;
    private static final int STREAMS = 64;
    private static final int PIECES_MAX = 60;
    private static final double PIECE_SECONDS_MIN = 5;

    /** Requests one after another: what they take when nobody else asks. */
    private static final Load SINGLE = new Load.Closed(1, 1);

    private static final double LOOK_SECONDS = 0.25;
    private static final int LOOKS_MAX = 240;
    private static final int LOOK_MINUTES_MAX = 1;
    private static final double RECOVERED = 2;

    @Override
    public List<Case> cases() {
        return List.of(asked);
    }

    @Override
    public Scenario.Plan lasting(Duration time) {
        return new Saturation(asked, deadline, time);
    }

    @Override
    public void run(Stage stage) throws IOException {
        for (Target target : stage.targets()) {
            for (int round = 0; round <= stage.settings().rounds(); round++) {
                stage.measure(round, target, asked);
            }
            double peak =
                    stage.results().median(stage.series(asked, asked.load().title(), target.name()), Metric.PER_SECOND);
            Question question = stage.question(target, asked);
            double before = look(stage, question, 1).latency().p99();
            stage.say("%s: %,.0f/s for %s".formatted(target.name(), 2 * peak, lasting));
            overload(stage, target, question, peak);
            recover(stage, target, question, before);
        }
    }

    /** What came of a piece of the time, and the memory at its end. */
    private record Piece(Measurement found, Memory memory) {}

    private void overload(Stage stage, Target target, Question question, double peak) throws IOException {
        Load twice = new Load.Open(2 * peak, deadline, CONNECTIONS, STREAMS);
        double seconds = Math.max(PIECE_SECONDS_MIN, lasting.toMillis() / 1e3 / PIECES_MAX);
        List<Piece> pieces = new ArrayList<>();
        LoadGenerator.Time time = new LoadGenerator.Time(stage.settings().time().warmUp(), lasting);
        Measurement all;
        // To ask for the memory takes some tenths of a second, which requests would wait for on the load generator's
        // thread.
        ExecutorService looker = Executors.newSingleThreadExecutor();
        try {
            Intervals intervals = new Intervals(
                    Duration.ofMillis(Math.round(seconds * 1e3)),
                    found -> looker.execute(() -> {
                        pieces.add(new Piece(found, Memory.of(target.pid())));
                        stage.say(line(target, pieces.size(), pieces.get(pieces.size() - 1), peak));
                    }));
            all = stage.inPieces(question, twice, time, intervals);
        } finally {
            finish(looker);
        }
        stage.results().add(stage.series(asked, Overload.TWICE, target.name()), all);
        for (int i = 0; i < pieces.size(); i++) {
            stage.results().note(line(target, i + 1, pieces.get(i), peak));
        }
        double least = pieces.stream()
                .mapToDouble(piece -> piece.found.perSecond())
                .min()
                .orElse(all.perSecond());
        double most = Math.max(
                peak,
                pieces.stream()
                        .mapToDouble(piece -> piece.found.perSecond())
                        .max()
                        .orElse(0));
        stage.results()
                .note(String.format(
                        Locale.ROOT,
                        "%s: %s was asked %,.0f times a second for %.1f min: answered %,.0f/s in time, %.1f %% of the most"
                                + " that it ever did (least of a piece: %.1f %%); p99 of those let in %.1f ms",
                        NAME,
                        target.name(),
                        2 * peak,
                        lasting.toMillis() / 6e4,
                        all.perSecond(),
                        100 * all.perSecond() / most,
                        100 * least / most,
                        all.latency().p99() / 1e3));
        stage.results().figure(NAME + "." + target.name() + ".goodput-share", all.perSecond() / most);
        stage.results().figure(NAME + "." + target.name() + ".goodput-share-least", least / most);
        stage.results()
                .figure(
                        NAME + "." + target.name() + ".p99-millis",
                        all.latency().p99() / 1e3);
        grown(stage, target, pieces);
    }

    private static void finish(ExecutorService looker) throws IOException {
        looker.shutdown();
        try {
            if (!looker.awaitTermination(LOOK_MINUTES_MAX, TimeUnit.MINUTES)) {
                throw new IOException("the target's memory was not known after %d min".formatted(LOOK_MINUTES_MAX));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static String line(Target target, int number, Piece piece, double peak) {
        Measurement found = piece.found;
        return String.format(
                Locale.ROOT,
                "%s: %s, piece %d (%.0f s): %,.0f/s in time (%.1f %% of the peak), p99 %.1f ms, refused %,d, late %,d;"
                        + " resident %,.0f MiB, heap %,.0f MiB",
                NAME,
                target.name(),
                number,
                found.span().seconds(),
                found.perSecond(),
                100 * found.perSecond() / peak,
                found.latency().p99() / 1e3,
                found.refusals().shed(),
                found.refusals().late(),
                piece.memory.residentMebibytes(),
                piece.memory.heapMebibytes());
    }

    /** How the memory of the last quarter compares with that of the second, when all is warm. */
    private static void grown(Stage stage, Target target, List<Piece> pieces) {
        int quarter = pieces.size() / 4;
        if (quarter == 0) {
            return;
        }
        double early = resident(pieces.subList(quarter, 2 * quarter));
        double late = resident(pieces.subList(pieces.size() - quarter, pieces.size()));
        stage.results()
                .note(String.format(
                        Locale.ROOT,
                        "%s: resident memory of %s: %,.0f MiB in the second quarter of the time, %,.0f MiB in the last",
                        NAME,
                        target.name(),
                        early,
                        late));
        stage.results().figure(NAME + "." + target.name() + ".resident-growth", late / early);
    }

    private static double resident(List<Piece> pieces) {
        return pieces.stream()
                .mapToDouble(piece -> piece.memory.residentMebibytes())
                .average()
                .orElse(Double.NaN);
    }

    private void recover(Stage stage, Target target, Question question, double before) {
        long end = System.nanoTime();
        for (int looks = 0; looks < LOOKS_MAX; looks++) {
            double seconds = (System.nanoTime() - end) / 1e9;
            double now = look(stage, question, LOOK_SECONDS).latency().p99();
            if (now <= RECOVERED * before) {
                stage.results()
                        .note(String.format(
                                Locale.ROOT,
                                "%s: %.1f s after the load's end, single requests to %s took %.2f ms at the p99 again"
                                        + " (before: %.2f ms)",
                                NAME,
                                seconds,
                                target.name(),
                                now / 1e3,
                                before / 1e3));
                stage.results().figure(NAME + "." + target.name() + ".recovery-seconds", seconds);
                return;
            }
        }
        stage.results().fault("%s: %s did not recover".formatted(NAME, target.name()));
    }

    private static Measurement look(Stage stage, Question question, double seconds) {
        return stage.inPieces(question, SINGLE, LoadGenerator.Time.ofSeconds(0, seconds), Intervals.NONE);
    }
}

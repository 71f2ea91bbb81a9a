package dev.slipway.benchmarks.load;

import dev.slipway.benchmarks.load.Measurement.Latency;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * The load generator {@code h2load}: HTTP/2 in a closed loop. It counts HTTP statuses and sees no {@code grpc-status}, so
 * the bytes of the answers are compared with what right answers weigh: a refused call has none. It tells no percentiles:
 * they come from a second run with its log.
 */
public final class H2load implements LoadGenerator {
    private static final Pattern REQUESTS =
            Pattern.compile("requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded, (\\d+) failed");
    private static final Pattern DATA = Pattern.compile("traffic: .*\\((\\d+)\\) data");
    private static final Duration LATENCY_RUN = Duration.ofSeconds(2);

    private final Path program;
    private final Path folder;

    /**
     * @param program the program
     * @param folder for the files that it reads and writes
     */
    public H2load(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    @Override
    public boolean canDo(Question question, Load load) {
        return load instanceof Load.Closed && question.protocol().isGrpc();
    }

    @Override
    public Measurement run(Question question, Load load, Time time, Meter meter) {
        RequestFiles files = RequestFiles.write(question, folder);
        if (!time.warmUp().isZero()) {
            Command.run(command(question, load, time.warmUp(), files));
        }
        Meter.Reading before = meter.read();
        String output = Command.run(command(question, load, time.measured(), files));
        Meter.Span span = Meter.Span.between(before, meter.read());
        long requests =
                requests(output, question.protocol().answer(question.workload()).length());
        return new Measurement(
                requests,
                new Meter.Span(time.measured().toNanos() / 1e9, span.cpuSeconds(), span.generatorBusy()),
                latency(question, load, time, files),
                Measurement.Refusals.NONE);
    }

    private List<String> command(Question question, Load load, Duration duration, RequestFiles files) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-t1",
                "-c" + load.connections(),
                "-m" + load.streams(),
                "-D" + duration.toMillis() + "ms",
                "-d",
                files.body().toString()));
        for (String header : RequestFiles.headerLines(question)) {
            command.add("-H" + header);
        }
        command.add(question.url());
        return command;
    }

    private Latency latency(Question question, Load load, Time time, RequestFiles files) {
        Path log = folder.resolve("h2load.log");
        try {
            Files.deleteIfExists(log);
            Duration duration = time.measured().compareTo(LATENCY_RUN) < 0 ? time.measured() : LATENCY_RUN;
            List<String> command = new ArrayList<>(command(question, load, duration, files));
            command.add(1, "--log-file=" + log);
            Command.run(command);
            return latency(Files.readAllLines(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of log lines {@code begin status micros}. */
    static Latency latency(List<String> log) {
        Histogram nanos = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
        for (String line : log) {
            nanos.recordValue(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(line.split("\t")[2])));
        }
        return nanos.getTotalCount() == 0 ? Latency.UNKNOWN : Latency.of(nanos);
    }

    /**
     * How many requests were answered.
     *
     * @param answerBytes of a right answer's body; one of another server may differ by a little
     * @throws IllegalStateException when requests failed, or the answers weigh less than half of what they should
     */
    static long requests(String output, int answerBytes) {
        Matcher requests = REQUESTS.matcher(output);
        Matcher data = DATA.matcher(output);
        if (!requests.find() || !data.find()) {
            throw new IllegalStateException("h2load printed no result: " + output);
        }
        long succeeded = Long.parseLong(requests.group(2));
        long failed = Long.parseLong(requests.group(3));
        double bytes = Double.parseDouble(data.group(1));
        if (succeeded == 0 || failed > 0 || bytes < 0.5 * answerBytes * succeeded) {
            throw new IllegalStateException(
                    "h2load: %d answers of %.0f bytes in all, %d errors (expected: about %d bytes each, no error): %s"
                            .formatted(succeeded, bytes, failed, answerBytes, output));
        }
        return succeeded;
    }
}

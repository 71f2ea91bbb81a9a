package dev.slipway.benchmarks.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** The load generator {@code wrk}: HTTP/1.1 in a closed loop. Counts statuses, and looks at no values. */
public final class Wrk implements LoadGenerator {
    private static final String RESULT = "RESULT\t";

    private final Path program;
    private final Path folder;

    /**
     * @param program the program
     * @param folder for the files that it reads
     */
    public Wrk(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    @Override
    public boolean canDo(Question question, Load load) {
        return load instanceof Load.Closed && !question.protocol().isGrpc();
    }

    @Override
    public Measurement run(Question question, Load load, Time time, Meter meter) {
        RequestFiles files = RequestFiles.write(question, folder);
        Path script = script();
        if (!time.warmUp().isZero()) {
            Command.run(command(question, load, time.warmUp(), script, files));
        }
        Meter.Reading before = meter.read();
        String output = Command.run(command(question, load, time.measured(), script, files));
        return parse(output, Meter.Span.between(before, meter.read()));
    }

    private List<String> command(Question question, Load load, Duration duration, Path script, RequestFiles files) {
        // It takes whole seconds only.
        long seconds = Math.max(1, (duration.toMillis() + 999) / 1000);
        return List.of(
                program.toString(),
                "-t1",
                "-c" + load.connections(),
                "-d" + seconds + "s",
                "-s",
                script.toString(),
                question.url(),
                "--",
                files.body().toString(),
                files.headers().toString());
    }

    private Path script() {
        try (InputStream script = Wrk.class.getResourceAsStream("wrk.lua")) {
            if (script == null) {
                throw new IllegalStateException(
                        "wrk.lua is not on the class path (expected: beside " + Wrk.class + ")");
            }
            Path file = folder.resolve("wrk.lua");
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads what the script printed.
     *
     * @throws IllegalStateException when there is no result, no answer, or any error
     */
    static Measurement parse(String output, Meter.Span span) {
        String[] fields = output.lines()
                .filter(line -> line.startsWith(RESULT))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("wrk printed no result: " + output))
                .substring(RESULT.length())
                .split("\t");
        long requests = Long.parseLong(fields[0]);
        long errors = Long.parseLong(fields[2]);
        if (requests == 0 || errors > 0) {
            throw new IllegalStateException(
                    "wrk: %d answers, %d errors (expected: no error): %s".formatted(requests, errors, output));
        }
        return new Measurement(
                requests,
                new Meter.Span(Double.parseDouble(fields[1]), span.cpuSeconds(), span.generatorBusy()),
                new Measurement.Latency(
                        Double.parseDouble(fields[3]), Double.parseDouble(fields[4]), Double.parseDouble(fields[5])),
                Measurement.Refusals.NONE);
    }
}

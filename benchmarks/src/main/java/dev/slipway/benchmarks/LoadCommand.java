package dev.slipway.benchmarks;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.load.LoadDriver;
import dev.slipway.benchmarks.load.LoadGenerator;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.ProcMeter;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code load}: one run of the {@link LoadDriver}. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Asks in a closed loop, or with --rate in an open one; prints what came of it.")
final class LoadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--io", required = true, description = Benchmarks.IO)
    private Path io;

    @Option(names = "--protocol", required = true, description = "tfs-rest, tfs-grpc, oip-rest, oip-binary, oip-grpc")
    private Protocol protocol;

    @Option(names = "--port", required = true, description = "Of 127.0.0.1.")
    private int port;

    @Option(
            names = "--pressure",
            defaultValue = "8x1",
            converter = PressureConverter.class,
            description = "CONNECTIONSxSTREAMS; HTTP/1.1 has one stream.")
    private Load.Closed pressure;

    @Option(names = "--rate", defaultValue = "0", description = "Requests a second, however fast they are answered.")
    private double rate;

    @Option(names = "--deadline", defaultValue = "0", description = "Milliseconds; with --rate.")
    private long deadlineMillis;

    @Option(names = "--seconds", defaultValue = "5", description = "To measure.")
    private double seconds;

    @Option(names = "--warm-up", defaultValue = "0", description = "Seconds before that.")
    private double warmUp;

    @Option(names = "--pid", defaultValue = "0", description = "The server's process, for its CPU time.")
    private long pid;

    @Override
    public Integer call() throws IOException {
        Load load = rate > 0
                ? new Load.Open(rate, Duration.ofMillis(deadlineMillis), pressure.connections(), pressure.streams())
                : pressure;
        try (LoadDriver driver = new LoadDriver()) {
            Measurement found = driver.run(
                    Question.local(protocol, Workload.read(io), port),
                    load,
                    LoadGenerator.Time.ofSeconds(warmUp, seconds),
                    new ProcMeter(pid, -1));
            PrintWriter out = spec.commandLine().getOut();
            out.println(text(found));
            out.flush();
        }
        return 0;
    }

    private static String text(Measurement found) {
        return String.format(
                Locale.ROOT,
                "%d answers in %.3f s, %.3f CPU-s; p50 %.1f, p99 %.1f, p99.9 %.1f us; %d shed, %d late",
                found.requests(),
                found.span().seconds(),
                found.span().cpuSeconds(),
                found.latency().p50(),
                found.latency().p99(),
                found.latency().p999(),
                found.refusals().shed(),
                found.refusals().late());
    }

    /** Reads {@code 8x4}. */
    static final class PressureConverter implements ITypeConverter<Load.Closed> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

        @Override
        public Load.Closed convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'%s' (expected: CONNECTIONSxSTREAMS, such as 8x4)".formatted(text));
            }
            return new Load.Closed(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }
    }
}

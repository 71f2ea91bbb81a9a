package dev.slipway.benchmarks.jmh;

import java.io.IOException;
import java.util.Collection;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks of single pieces, and prints one table. To be started in the repository's root. */
public final class Pieces {
    /** The package, so that nothing else on the class path is taken for ours. */
    private static final String ALL = Pattern.quote(Pieces.class.getPackageName() + ".");

    private Pieces() {}

    /**
     * @param arguments JMH's own: patterns of the benchmarks' names, none for all; {@code -h} lists the options
     * @throws RunnerException when a benchmark fails, or none has such a name
     */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException, IOException {
        CommandLineOptions asked = new CommandLineOptions(arguments);
        if (asked.shouldHelp()) {
            asked.showHelp();
            return;
        }
        System.out.print(PieceTable.of(run(asked)));
    }

    /** Runs what {@code asked} names, all when it names nothing; counts allocations and CPU time. */
    static Collection<RunResult> run(Options asked) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.parent(asked)
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .shouldFailOnError(true);
        if (asked.getIncludes().isEmpty()) {
            options.include(ALL);
        } else {
            asked.getIncludes().forEach(options::include);
        }
        return new Runner(options.build()).run();
    }
}

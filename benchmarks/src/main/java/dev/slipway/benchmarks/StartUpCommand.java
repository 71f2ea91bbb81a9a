package dev.slipway.benchmarks;

import dev.slipway.benchmarks.target.StartUp;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code startup}: measures how a server starts, and what it holds when idle. */
@Command(
        name = "startup",
        mixinStandardHelpOptions = true,
        description = "Starts a server some times; prints medians of time and memory.")
final class StartUpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--io", required = true, description = Benchmarks.IO)
    private Path io;

    @Option(names = "--port", required = true, description = "Where the server will answer REST.")
    private int port;

    @Option(names = "--runs", defaultValue = "5", description = "How often it is started.")
    private int runs;

    @Option(names = "--idle", defaultValue = "2", description = "Seconds from the first answer until memory is read.")
    private double idle;

    @Option(names = "--log", required = true, description = "Takes what the command prints.")
    private Path log;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The server; behind --.")
    private List<String> command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StartUp.Plan plan = new StartUp.Plan(command, port, runs, Benchmarks.duration(idle), log);
        PrintWriter out = spec.commandLine().getOut();
        out.println(StartUp.measure(plan, Workload.read(io)));
        out.flush();
        return 0;
    }
}

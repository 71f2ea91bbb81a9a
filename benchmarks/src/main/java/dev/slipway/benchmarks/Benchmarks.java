package dev.slipway.benchmarks;

import ai.onnxruntime.OrtException;
import dev.slipway.benchmarks.target.BareLine;
import dev.slipway.benchmarks.target.BareOnnxRuntime;
import dev.slipway.benchmarks.target.VertxEcho;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench}, and the programs that it runs in processes of their own. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "PROGRAM",
        description = "Drives load at servers and measures beside them; 'bench' puts the other programs together.")
public final class Benchmarks {
    static final String IO = "The io.json beside the model: its names, one question, and the right answer.";

    @Spec
    private CommandSpec spec;

    private Benchmarks() {}

    /** Runs one program and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Benchmarks())
                .addSubcommand(new BenchCommand())
                .addSubcommand(new LoadCommand())
                .addSubcommand(new StartUpCommand())
                .registerConverter(Protocol.class, Protocol::of)
                .setExecutionExceptionHandler((exception, commandLine, arguments) -> {
                    if (!(exception instanceof IllegalArgumentException)) {
                        throw exception;
                    }
                    commandLine.getErr().println("bench: " + exception.getMessage());
                    return commandLine.getCommandSpec().exitCodeOnInvalidInput();
                });
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(name = "echo", description = "Serves the right answers without a model, until it is ended.")
    int echo(
            @Option(names = "--serve", required = true, paramLabel = "IO=PORT", description = IO)
                    Map<Path, Integer> ports)
            throws IOException, InterruptedException {
        for (Map.Entry<Path, Integer> port : ports.entrySet()) {
            // Ends with the process.
            VertxEcho echo = new VertxEcho(Workload.read(port.getKey()), port.getValue());
            out().println("listening on port " + echo.port());
        }
        out().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    @Command(name = "bare", description = "Calls ONNX Runtime in a loop; prints a line of numbers for each kind.")
    int bare(
            @Option(names = "--io", required = true, description = IO) Path io,
            @Option(names = "--batches", defaultValue = "1", split = ",", description = "Rows of a call.")
                    List<Integer> batches,
            @Option(names = "--seconds", defaultValue = "5", description = "Of each kind.") double seconds)
            throws IOException, OrtException {
        try (BareOnnxRuntime bare = new BareOnnxRuntime(Workload.read(io), io.resolveSibling("model.onnx"))) {
            for (BareOnnxRuntime.Outputs outputs : BareOnnxRuntime.Outputs.values()) {
                for (int rows : batches) {
                    out().println(BareLine.of(outputs, rows, bare.measure(outputs, rows, duration(seconds))));
                    out().flush();
                }
            }
        }
        return 0;
    }

    static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}

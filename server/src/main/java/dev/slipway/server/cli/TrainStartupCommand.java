package dev.slipway.server.cli;

import dev.slipway.server.Banner;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.config.ServerOptions;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code slipway train-startup}: starts as {@code serve} does, asks itself a request over each protocol, and stops, so
 * that the JVM can archive the classes that a start needs. For the launcher.
 */
@Command(name = "train-startup", hidden = true, description = "Starts, asks a request over each protocol, and stops.")
public final class TrainStartupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder of models.")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        ServeCommand serve = Objects.requireNonNull(PlainServe.read("serve", folder.toString(), "--host=127.0.0.1"));
        SlipwayServer server = SlipwayServer.start(serve.options().withNetwork(ServerOptions.Network.ANY_FREE_PORT));
        new Banner(server, new PrintWriter(Writer.nullWriter())).print(Instant.now());
        new TrainingRequests(server).send();
        return server.stop() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}

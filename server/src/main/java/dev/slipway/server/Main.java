package dev.slipway.server;

import dev.slipway.client.SlipwayCommand;
import dev.slipway.conformance.ConformanceCommand;
import dev.slipway.server.cli.AuditCommand;
import dev.slipway.server.cli.BackendCommand;
import dev.slipway.server.cli.CheckCommand;
import dev.slipway.server.cli.ConfigCommand;
import dev.slipway.server.cli.ImportCommand;
import dev.slipway.server.cli.KeyCommand;
import dev.slipway.server.cli.PlainServe;
import dev.slipway.server.cli.ServeCommand;
import dev.slipway.server.cli.SignCommand;
import dev.slipway.server.cli.TrainStartupCommand;
import dev.slipway.server.logging.Logs;
import picocli.CommandLine;

/** The command line, with the verbs of the client and those that need the server. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Logs.configure(System.getenv());
        ServeCommand plain = PlainServe.read(arguments);
        System.exit(plain == null ? commandLine().execute(arguments) : serve(plain, arguments));
    }

    private static CommandLine commandLine() {
        return SlipwayCommand.commandLine(
                new ServeCommand(),
                new CheckCommand(),
                new ConfigCommand(),
                new BackendCommand(),
                new AuditCommand(),
                new ImportCommand(),
                new KeyCommand(),
                new SignCommand(),
                new ConformanceCommand(),
                new TrainStartupCommand());
    }

    private static int serve(ServeCommand plain, String[] arguments) throws Exception {
        try {
            return plain.call();
        } catch (Exception e) {
            CommandLine full = commandLine();
            return full.getExecutionExceptionHandler()
                    .handleExecutionException(e, full.getSubcommands().get("serve"), full.parseArgs(arguments));
        }
    }
}

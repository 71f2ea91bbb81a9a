package dev.slipway.server.cli;

import dev.slipway.api.ByteSize;
import dev.slipway.server.backend.BackendCatalog;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slipway backend list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Says which backends there are, and which are installed.")
final class BackendListCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (BackendCatalog.Entry entry : BackendCommand.catalog(spec).entries()) {
            out.printf("%-12s %-28s %s%n", entry.name(), state(entry), entry.title());
        }
        out.flush();
    }

    private static String state(BackendCatalog.Entry entry) {
        if (entry.missing() > 0) {
            return "not installed (%s)".formatted(ByteSize.format(entry.missingBytes()));
        }
        return entry.files() == 0 ? "built in" : "installed";
    }
}

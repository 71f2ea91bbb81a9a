package dev.slipway.client;

import dev.slipway.api.SlipwayException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slipway operations}: what runs, and what became of what ran. */
@Command(
        name = "operations",
        description = "Lists the loads and unloads of the last hour.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway operations", "  slipway operations --cancel 3fa1-7"})
final class OperationsCommand implements Runnable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Option(names = "--json", description = "Print the server's answer instead of a table.")
    private boolean json;

    @Option(names = "--cancel", paramLabel = "ID", description = "Call a load off.")
    private @Nullable String cancelled;

    @Override
    public void run() {
        SlipwayClient client = options.client();
        PrintWriter out = spec.commandLine().getOut();
        if (cancelled != null) {
            OperationSummary operation = client.cancel(cancelled);
            out.println("%s of %s is %s"
                    .formatted(operation.kind(), Printable.line(operation.subject()), operation.state()));
        } else if (json) {
            out.println(PrettyJson.formatIfJson(client.operationsJson()));
        } else {
            client.operations().forEach(operation -> out.println(line(operation)));
        }
        out.flush();
    }

    private static String line(OperationSummary operation) {
        SlipwayException error = operation.error();
        String more = error != null
                ? ": %s: %s".formatted(error.code(), error.getMessage())
                : operation.isEnded() || operation.progress().isEmpty() ? "" : ": " + operation.progress();
        return Printable.line("%s  %s  %s of %s, %s%s"
                .formatted(
                        TIME.format(operation.started().atZone(ZoneId.systemDefault())),
                        operation.id(),
                        operation.kind(),
                        operation.subject(),
                        operation.state(),
                        more));
    }
}

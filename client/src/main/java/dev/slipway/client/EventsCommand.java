package dev.slipway.client;

import dev.slipway.api.SlipwayException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slipway events}: what happens to models, as it happens. */
@Command(
        name = "events",
        description = "Tells of every change of a version's state, until it is interrupted.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway events"})
final class EventsCommand implements Runnable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        options.client().watch(event -> {
            SlipwayException error = event.error();
            out.println(Printable.line("%s  %s  %s%s"
                    .formatted(
                            TIME.format(event.time().atZone(ZoneId.systemDefault())),
                            event.id(),
                            event.state(),
                            error == null ? "" : ": %s: %s".formatted(error.code(), error.getMessage()))));
            out.flush();
        });
    }
}

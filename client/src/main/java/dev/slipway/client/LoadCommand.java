package dev.slipway.client;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway load}: has a model loaded, and tells how far that is. */
@Command(
        name = "load",
        description = "Loads a version of a model, also of one that was unloaded by hand.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway load fraud", "  slipway load fraud --version 7 --no-wait"})
final class LoadCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NAME", description = "The model.")
    private String model;

    @Option(names = "--version", paramLabel = "N", description = "The version; the newest that is wanted unless given.")
    private @Nullable Long version;

    @Option(names = "--no-wait", description = "Print the operation's id instead of waiting for its end.")
    private boolean noWait;

    @Override
    public void run() {
        SlipwayClient client = options.client();
        OptionalLong asked = version == null ? OptionalLong.empty() : OptionalLong.of(version);
        new OperationProgress(client, spec.commandLine().getOut()).follow(client.load(model, asked), noWait);
    }
}

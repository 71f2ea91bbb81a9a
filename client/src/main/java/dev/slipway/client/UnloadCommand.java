package dev.slipway.client;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway unload}: has a model unloaded, and waits until it is gone. */
@Command(
        name = "unload",
        description = "Unloads a model until somebody loads it again.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway unload fraud", "  slipway unload fraud --version 7"})
final class UnloadCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NAME", description = "The model.")
    private String model;

    @Option(names = "--version", paramLabel = "N", description = "One version; all unless given.")
    private @Nullable Long version;

    @Option(names = "--no-wait", description = "Print the operation's id instead of waiting for its end.")
    private boolean noWait;

    @Override
    public void run() {
        SlipwayClient client = options.client();
        OptionalLong asked = version == null ? OptionalLong.empty() : OptionalLong.of(version);
        new OperationProgress(client, spec.commandLine().getOut()).follow(client.unload(model, asked), noWait);
    }
}

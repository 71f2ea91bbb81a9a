package dev.slipway.client;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the {@code slipway} command line: holds its verbs, and does nothing by itself. */
@Command(
        name = "slipway",
        description = "Serves models, and asks servers about them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway serve examples/models",
            "  slipway models",
            "  slipway predict iris --input request.json",
            "",
            "'slipway VERB --help' tells more."
        })
public final class SlipwayCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error. So does SLIPWAY_DEBUG=1 in the environment.")
    private boolean debug;

    private SlipwayCommand() {}

    /**
     * The command line with the verbs of this module, after others: the server's module adds {@code serve}. Errors go
     * to standard error, in one line where they are {@link dev.slipway.api.SlipwayException}; the exit code is then 1,
     * and 2 for bad usage.
     *
     * @param moreVerbs objects whose classes are picocli commands with names of their own; each gets {@code --help}
     *     unless it has one
     */
    public static CommandLine commandLine(Object... moreVerbs) {
        SlipwayCommand root = new SlipwayCommand();
        CommandLine commandLine = new CommandLine(root);
        commandLine.getCommandSpec().version("slipway " + VersionCommand.own());
        for (Object verb : moreVerbs) {
            commandLine.addSubcommand(verb);
        }
        commandLine.addSubcommand(new ModelsCommand());
        commandLine.addSubcommand(new PredictCommand());
        commandLine.addSubcommand(new LoadCommand());
        commandLine.addSubcommand(new UnloadCommand());
        commandLine.addSubcommand(new LabelCommand());
        commandLine.addSubcommand(new OperationsCommand());
        commandLine.addSubcommand(new EventsCommand());
        commandLine.addSubcommand(new VersionCommand());
        commandLine.getSubcommands().values().forEach(verb -> {
            addHelp(verb.getCommandSpec());
            verb.getCommandSpec().version(commandLine.getCommandSpec().version());
        });
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        CommandErrors errors = new CommandErrors(() -> root.debug || System.getenv("SLIPWAY_DEBUG") != null);
        commandLine.setExecutionExceptionHandler(errors);
        commandLine.setParameterExceptionHandler(errors);
        return commandLine;
    }

    private static void addHelp(CommandSpec verb) {
        if (verb.findOption("--help") == null) {
            verb.addOption(OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this help and exit.")
                    .build());
        }
    }

    @Override
    public void run() {
        List<String> verbs = spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(verb -> !verb.usageMessage().hidden())
                .map(CommandSpec::name)
                .toList();
        throw new ParameterException(
                spec.commandLine(), "a verb is missing (expected: %s)".formatted(String.join(", ", verbs)));
    }
}

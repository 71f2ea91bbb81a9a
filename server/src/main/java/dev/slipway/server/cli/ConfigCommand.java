package dev.slipway.server.cli;

import dev.slipway.client.ConfigRevision;
import dev.slipway.client.ServerOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway config}: checks configurations, and has servers show and change theirs. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        subcommands = {ConfigCheckCommand.class, ConfigDiffCommand.class},
        description = "Checks configurations, and has a server show, change and take back its own.",
        footer = {
            "",
            "Examples:",
            "  slipway config check slipway.yaml",
            "  slipway config diff slipway.yaml --server http://localhost:8501",
            "  slipway config history",
            "  slipway config rollback 3"
        })
public final class ConfigCommand {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Prints the configuration that a server runs with, as YAML.")
    void show(@Mixin ServerOptions options) {
        print(options.client().configYaml());
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists the configurations that a server has applied, newest first.")
    void history(@Mixin ServerOptions options) {
        StringBuilder lines = new StringBuilder();
        for (ConfigRevision revision : options.client().configHistory()) {
            lines.append("%8d  %s  %s%n".formatted(revision.number(), local(revision.time()), revision.origin()));
        }
        print("REVISION  TIME                 ORIGIN%n%s".formatted(lines));
    }

    @Command(mixinStandardHelpOptions = true, description = "Has a server read its file again, and apply it.")
    void reload(@Mixin ServerOptions options) {
        tell(options.client().configReload());
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Has a server apply an earlier configuration again: the one before, or that of a number.")
    void rollback(
            @Mixin ServerOptions options,
            @Parameters(arity = "0..1", paramLabel = "REVISION", description = "Its number, as history shows it.")
                    @Nullable
                    Long revision) {
        tell(options.client().configRollback(revision == null ? OptionalLong.empty() : OptionalLong.of(revision)));
    }

    private void tell(ConfigRevision revision) {
        print("revision %d (%s) of %s is applied%n"
                .formatted(revision.number(), revision.origin(), local(revision.time())));
    }

    private static String local(Instant time) {
        return TIME.format(time.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }
}

package dev.slipway.server.cli;

import dev.slipway.server.backend.BackendCatalog;
import dev.slipway.server.config.Home;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code slipway backend}: what formats this distribution can open, and adding to them. */
@Command(
        name = "backend",
        mixinStandardHelpOptions = true,
        subcommands = {BackendListCommand.class, BackendInstallCommand.class},
        description = "Lists the backends, which open models of one format each, and installs them.",
        footer = {
            "",
            "Examples:",
            "  slipway backend list",
            "  slipway backend install tensorflow",
            "  slipway backend install torch --from /mnt/jars"
        })
public final class BackendCommand {
    /** Those of this distribution. */
    static BackendCatalog catalog(CommandSpec spec) {
        Path home = Home.folder();
        if (home == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no distribution to look into (expected: started by ./slipway, or -Dslipway.home)");
        }
        return new BackendCatalog(home);
    }
}

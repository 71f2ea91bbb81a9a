package dev.slipway.server.cli;

import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ConfigCheck;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServingConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway config check}: says all that is wrong with a file, without a server. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Says all that is wrong with a configuration, with lines. Exit code 1 when something is.")
final class ConfigCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The file (${DEFAULT-VALUE}).",
            defaultValue = ConfigYaml.NAME)
    private Path file;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<String> faults = new ArrayList<>();
        try {
            ServingConfig config = ConfigYaml.read(file).serving();
            faults.addAll(ConfigCheck.contradictions(config));
            faults.addAll(ConfigCheck.missing(config, ConfigYaml.NOTHING));
            faults.replaceAll(fault -> file + ": " + fault);
            if (faults.isEmpty()) {
                out.println("%s: well, %s".formatted(file, count(config)));
            }
        } catch (SlipwayException e) {
            faults.addAll(e.getMessage().lines().toList());
        }
        faults.forEach(out::println);
        out.flush();
        return faults.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static String count(ServingConfig config) {
        int labels = config.models().values().stream()
                .mapToInt(model -> model.lifecycle().labels().size())
                .sum();
        return "%s, %s".formatted(many(config.models().size(), "model"), many(labels, "label"));
    }

    private static String many(int count, String noun) {
        return "%d %s%s".formatted(count, noun, count == 1 ? "" : "s");
    }
}

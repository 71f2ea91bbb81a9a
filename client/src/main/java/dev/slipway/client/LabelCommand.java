package dev.slipway.client;

import dev.slipway.api.Split;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway label}: moves a label, or divides requests among versions. */
@Command(
        name = "label",
        description = "Says which version of a model a label names, or which several with which weights.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway label fraud stable 7",
            "  slipway label fraud champion 7=95,8=5",
            "  slipway label fraud champion --delete"
        })
final class LabelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Parameters(index = "0", paramLabel = "NAME", description = "The model.")
    private String model;

    @Parameters(index = "1", paramLabel = "LABEL", description = "The label.")
    private String label;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "VERSION|VERSION=WEIGHT,...",
            description = "What it is to name: 7, or 7=95,8=5.")
    private @Nullable String target;

    @Option(names = "--delete", description = "Take the label away.")
    private boolean delete;

    @Override
    public void run() {
        if (delete == (target != null)) {
            throw new ParameterException(
                    spec.commandLine(), "expected a version, versions with weights such as 7=95,8=5, or --delete");
        }
        SlipwayClient client = options.client();
        PrintWriter out = spec.commandLine().getOut();
        if (target == null) {
            long revision = client.deleteLabel(model, label);
            out.println("model '%s' has no label '%s' (revision %d)"
                    .formatted(Printable.line(model), Printable.line(label), revision));
        } else {
            Split split = split(target);
            long revision = client.label(model, label, split);
            out.println("label '%s' of model '%s' is to name %s (revision %d)"
                    .formatted(Printable.line(label), Printable.line(model), split, revision));
        }
        out.flush();
    }

    private Split split(String text) {
        try {
            if (!text.contains("=")) {
                return Split.of(Long.parseLong(text.strip()));
            }
            Map<Long, Integer> weights = new TreeMap<>();
            for (String part : text.split(",", -1)) {
                String[] pair = part.split("=", 2);
                if (pair.length != 2
                        || weights.put(Long.parseLong(pair[0].strip()), Integer.parseInt(pair[1].strip())) != null) {
                    throw new IllegalArgumentException(part);
                }
            }
            return new Split(weights);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "'%s' (expected: a version such as 7, or 7=95,8=5)".formatted(text), e);
        }
    }
}

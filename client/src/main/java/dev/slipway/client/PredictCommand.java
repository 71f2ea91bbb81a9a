package dev.slipway.client;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway predict}: runs a model once. */
@Command(
        name = "predict",
        description = {
            "Sends a file to a model and prints its answer.",
            "",
            "The file holds JSON: a predict body of TensorFlow Serving, an infer body of the Open Inference Protocol,"
                    + " a bare array (the instances), or a bare object (the inputs by name)."
        },
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  echo '[[5.1, 3.5, 1.4, 0.2]]' | slipway predict iris --input -",
            "  echo '{\"X\": [[5.1, 3.5, 1.4, 0.2]]}' | slipway predict iris --input -",
            "  slipway predict fraud --version 7 --input request.json",
            "  slipway predict fraud --label canary --input request.json --timeout 500ms"
        })
final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "MODEL", description = "The model's name.")
    private String model;

    @Option(
            names = {"-i", "--input"},
            required = true,
            paramLabel = "FILE",
            description = "The file to send; - reads standard input.")
    private String input;

    @ArgGroup
    private @Nullable Choice choice;

    @Option(
            names = "--signature",
            paramLabel = "NAME",
            description = "The signature; the model's default unless given.")
    private String signature = "";

    @Option(
            names = "--traceparent",
            paramLabel = "00-TRACE-SPAN-01",
            defaultValue = "${env:TRACEPARENT:-" + Option.NULL_VALUE + "}",
            description = "The span that the request is a part of. Unless given: TRACEPARENT.")
    private @Nullable String traceparent;

    /** At most one of them. */
    static final class Choice {
        @Option(names = "--version", paramLabel = "N", description = "The version; the newest unless given.")
        private @Nullable Long version;

        @Option(names = "--label", paramLabel = "LABEL", description = "The label of the version: stable, canary.")
        private @Nullable String label;
    }

    @Override
    public Integer call() throws IOException {
        Target target = new Target(model, versionChoice(), signature);
        String answer = options.client().traced(() -> traceparent).predict(target, read());
        PrintWriter out = spec.commandLine().getOut();
        out.println(PrettyJson.formatIfJson(answer));
        out.flush();
        return 0;
    }

    private VersionChoice versionChoice() {
        if (choice != null && choice.version != null) {
            return new VersionChoice.Exact(choice.version);
        }
        return choice != null && choice.label != null ? new VersionChoice.Label(choice.label) : VersionChoice.LATEST;
    }

    private String read() throws IOException {
        byte[] bytes = input.equals("-") ? System.in.readAllBytes() : readFile(Path.of(input));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "input '%s' is not text (expected: JSON in UTF-8)".formatted(input), e);
        }
    }

    private static byte[] readFile(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND, "input '%s' is not there (expected: a file)".formatted(file), e);
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "input '%s' can't be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}

package dev.slipway.server.cli;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Importer;
import dev.slipway.api.Loader;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.SignatureText;
import dev.slipway.server.backend.InstalledBackends;
import dev.slipway.server.config.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway import}: writes a model anew in a format that needs no importing. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes a model anew as ONNX, and says what it takes and gives.",
        footer = {
            "",
            "Models of these formats are served as they are, too; importing shows what becomes of them, and lets other",
            "programs run it. Nothing is overwritten.",
            "",
            "Example:",
            "  slipway import keras digits.keras -o models/digits/1"
        })
public final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FORMAT", description = "What the model is: keras.")
    private String format;

    @Parameters(index = "1", paramLabel = "MODEL", description = "A file, or a folder with one.")
    private Path model;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Folder to write to; made where there is none.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (InstalledBackends backends = InstalledBackends.open(Home.folder(), new BackendSettings(1))) {
            List<Path> written = write(backends::importer, format, model, directory);
            for (Path file : written) {
                out.printf("%s (%s)%n", file, ByteSize.format(Files.size(file)));
            }
            Path first = written.get(0);
            for (Backend backend : backends.all()) {
                Optional<Loader> loader = backend.recognise(first);
                if (loader.isPresent()) {
                    out.println("  " + SignatureText.of(loader.get().describe()));
                    break;
                }
            }
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    /**
     * @param importers by format
     * @return what was written
     * @throws SlipwayException {@code NOT_FOUND} when nothing imports the format, or there is no model; as the importer
     */
    static List<Path> write(Function<String, Optional<Importer>> importers, String format, Path model, Path directory)
            throws IOException {
        Importer importer = importers
                .apply(format)
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "nothing imports models of format '%s' (expected: keras)".formatted(format)));
        if (!Files.exists(model)) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    "'%s' is not there (expected: a model of format '%s')".formatted(model, format));
        }
        Files.createDirectories(directory);
        return importer.write(model, directory);
    }
}

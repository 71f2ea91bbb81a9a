package dev.slipway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Importer;
import dev.slipway.api.SlipwayException;
import dev.slipway.client.SlipwayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
    /** Writes the name of what it read. */
    private static final Function<String, Optional<Importer>> COPIES =
            name -> name.equals("copy") ? Optional.of(new Copy()) : Optional.empty();

    @TempDir
    private Path folder;

    private record Copy() implements Importer {
        @Override
        public String name() {
            return "copy";
        }

        @Override
        public List<Path> write(Path model, Path directory) {
            try {
                return List.of(Files.writeString(directory.resolve("model.txt"), model.toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void writesIntoAFolderThatItMakes() throws IOException {
        Path model = Files.writeString(folder.resolve("a.model"), "");
        Path target = folder.resolve("new/1");
        assertThat(ImportCommand.write(COPIES, "copy", model, target)).containsExactly(target.resolve("model.txt"));
        assertThat(target.resolve("model.txt")).hasContent(model.toString());
    }

    @Test
    void namesAFormatThatNothingImports() {
        assertThatThrownBy(() -> ImportCommand.write(COPIES, "caffe", folder, folder))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("'caffe'");
    }

    @Test
    void namesAModelThatIsNotThere() {
        Path target = folder.resolve("target");
        assertThatThrownBy(() -> ImportCommand.write(COPIES, "copy", folder.resolve("none.model"), target))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("none.model");
        assertThat(target).doesNotExist();
    }

    @Test
    void isAVerb() {
        StringWriter out = new StringWriter();
        CommandLine commandLine = SlipwayCommand.commandLine(new ImportCommand());
        commandLine.setOut(new PrintWriter(out, true));
        assertThat(commandLine.execute("import", "--help")).isZero();
        assertThat(out.toString()).contains("slipway import keras");
    }
}

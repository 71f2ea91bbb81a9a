package dev.slipway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.client.SlipwayCommand;
import dev.slipway.server.config.ServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class PlainServeTest {
    @TempDir
    private Path folder;

    private String[] serve(String arguments) {
        return Stream.of(("serve " + arguments).split(" "))
                .map(argument -> argument.replace("FOLDER", folder.toString()))
                .toArray(String[]::new);
    }

    private static ServerOptions byPicocli(String... arguments) {
        CommandLine full =
                SlipwayCommand.commandLine(new ServeCommand(), new CheckCommand(), new TrainStartupCommand());
        CommandLine.ParseResult parsed =
                Objects.requireNonNull(full.parseArgs(arguments).subcommand());
        return ((ServeCommand) parsed.commandSpec().userObject()).options();
    }

    @Test
    void modelsAreNamedOneByOneBesideAFolderOrWithoutOne() {
        String url = "https://models.example/b.tar.gz";
        ServerOptions alone = byPicocli(serve("--models a=FOLDER,b=%s --models=c=FOLDER".formatted(url)));
        assertThat(alone.serving().repository()).isEmpty();
        assertThat(alone.serving().models()).containsOnlyKeys("a", "b", "c");
        assertThat(alone.serving().of("a").location()).isEqualTo(folder.toString());
        assertThat(alone.serving().of("b").location()).isEqualTo(url);
        assertThat(byPicocli(serve("FOLDER --models a=FOLDER")).serving().repository())
                .isEqualTo(folder.toString());
        assertThatThrownBy(() -> byPicocli(serve("--models a=FOLDER/absent")))
                .hasMessageContaining("model 'a'")
                .hasMessageContaining("absent' is not there");
        assertThatThrownBy(() -> byPicocli(serve("--models a=FOLDER --config=x.yaml")))
                .hasMessageContaining("exclude each other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FOLDER",
                "FOLDER --port=9000 --rest_api_port=9001 --host=127.0.0.1",
                "--rest_api_port=0 FOLDER --port=0",
                "FOLDER --inference_port=9000 --management_port=0",
                "--model_name=fraud --model_base_path=FOLDER",
                "--model_base_path=FOLDER/a=b",
                "--model_config_file=FOLDER/models.config",
                "--config=FOLDER/slipway.yaml",
                "--config=FOLDER/slipway.yaml --port=9000"
            })
    void readsWhatIsPlainAsPicocliDoes(String arguments) throws Exception {
        Files.writeString(
                folder.resolve("models.config"),
                "model_config_list { config { name: 'm' base_path: '%s' model_platform: 'onnx' } }".formatted(folder));
        Files.writeString(folder.resolve("slipway.yaml"), "listeners: {port: 7, host: 127.0.0.1}\nrepository: .\n");
        ServeCommand plain = PlainServe.read(serve(arguments));
        assertThat(Objects.requireNonNull(plain).options())
                .usingRecursiveComparison()
                .isEqualTo(byPicocli(serve(arguments)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "FOLDER FOLDER",
                "FOLDER --port=1 --port=2",
                "FOLDER --port 9000",
                "FOLDER --port=many",
                "FOLDER --port=",
                "FOLDER --prot=1",
                "@FOLDER",
                "-- FOLDER"
            })
    void leavesTheRestToPicocli(String arguments) {
        assertThat(PlainServe.read(serve(arguments))).isNull();
    }

    @Test
    void leavesOtherVerbsToPicocli() {
        assertThat(PlainServe.read()).isNull();
        assertThat(PlainServe.read("models")).isNull();
    }

    /** Whoever adds an option, or changes one, can't forget what is here. */
    @Test
    void understandsNoOptionOtherwiseThanPicocli() {
        List<OptionSpec> options =
                new CommandLine(new ServeCommand()).getCommandSpec().options();
        assertThat(options).hasSizeGreaterThan(10);
        for (OptionSpec option : options) {
            for (String name : option.names()) {
                String[] arguments =
                        serve((name.startsWith("--model_") || name.equals("--config") ? "" : "FOLDER ") + name + "=7");
                ServeCommand plain = PlainServe.read(arguments);
                if (plain != null
                        && !name.equals("--model_name")
                        && !name.equals("--model_config_file")
                        && !name.equals("--config")) {
                    assertThat(plain.options())
                            .as(name)
                            .usingRecursiveComparison()
                            .isEqualTo(byPicocli(arguments));
                }
            }
        }
    }
}

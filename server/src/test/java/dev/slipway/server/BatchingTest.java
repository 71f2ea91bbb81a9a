package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.client.SlipwayCommand;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is asked of batching in files, by a real server that reads them again. */
class BatchingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @RegisterExtension
    final SlipwayExtension server = SlipwayExtension.serving(this::models).with(this::withFiles);

    private Path models() {
        try {
            Path models = folder.resolve("models");
            for (String name : List.of("asked", "other")) {
                TestModels.write(
                        models.resolve(name + "/1"),
                        Files.readAllBytes(SlipwayExtension.examples().resolve("iris/1/model.onnx")));
            }
            Files.writeString(models.resolve("other/config.pbtxt"), """
                    platform: "onnxruntime_onnx"
                    max_batch_size: 3
                    input [ { name: "X" data_type: TYPE_FP32 dims: [ 4 ] } ]
                    parameters { key: "slipway.latency_objective_ms" value { string_value: "5000" } }
                    """);
            parameters("max_batch_size { value: 4 } allowed_batch_sizes: [2, 4]");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerOptions withFiles(ServerOptions options) {
        return options.withServing(serving -> serving.withPoll(Duration.ofMillis(20)))
                .withBatching(new ServerOptions.Batching(
                        ServerOptions.Batching.Wish.ON, folder.resolve("batching.txt"), Duration.ZERO));
    }

    private void parameters(String text) throws IOException {
        Files.writeString(folder.resolve("batching.txt"), text);
    }

    /** Asks for {@code rows} equal rows. */
    private HttpResponse<String> predict(String model, int rows) {
        String all = String.join(",", Collections.nCopies(rows, "[5.1, 3.5, 1.4, 0.2]"));
        HttpResponse<String> answer = server.post("/v1/models/" + model + ":predict", "{\"instances\":[" + all + "]}");
        if (answer.statusCode() == 200) {
            assertThat(answer.body().split("setosa\"", -1)).as(answer.body()).hasSize(2 * rows + 1);
        }
        return answer;
    }

    private String metrics() {
        return server.get("/metrics").body();
    }

    private static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
        }
    }

    @Test
    void honoursTensorFlowServingsFileAndReadsItAgain() throws IOException {
        assertThat(predict("asked", 3).statusCode()).isEqualTo(200);
        await(
                () -> metrics().contains("slipway_batch_padding_rows_total{model=\"asked\",version=\"1\"} 1.0"),
                "a run of three rows is padded to four");
        HttpResponse<String> refused = predict("asked", 5);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("5 rows (expected: at most 4");

        parameters("max_batch_size { value: 8 }");
        await(() -> predict("asked", 8).statusCode() == 200, "eight rows are allowed now");

        parameters("max_batch_size { value: 2 } broken");
        await(() -> metrics().contains("slipway_batching_config_errors 1.0"), "the broken file shows");
        assertThat(predict("asked", 8).statusCode()).isEqualTo(200);

        parameters("max_batch_size { value: 8 } enable_large_batch_splitting { value: true }"
                + " max_execution_batch_size { value: 2 }");
        await(() -> predict("asked", 9).statusCode() == 200, "nine rows run in parts");
        assertThat(metrics()).contains("slipway_batching_config_errors 0.0");
    }

    @Test
    void honoursTritonsFileOfOneModel() throws IOException {
        assertThat(predict("other", 3).statusCode()).isEqualTo(200);
        assertThat(predict("other", 4).statusCode()).isEqualTo(400);
        assertThat(predict("asked", 4).statusCode()).isEqualTo(200);
        assertThat(server.get("/slipway/v1/models/other/dispatch").body())
                .contains("\"model\":\"other\"", "off: it was asked for")
                .doesNotContain("\"asked\"");

        Path file = folder.resolve("models/other/config.pbtxt");
        Files.writeString(file, "max_batch_size: 6 dynamic_batching { }");
        await(() -> predict("other", 6).statusCode() == 200, "six rows are allowed now");
        Files.delete(file);
        await(() -> predict("other", 6).statusCode() == 400, "the file for all models holds again: four rows");
    }

    @Test
    void tellsWhy() {
        await(
                () -> {
                    predict("asked", 1);
                    return why().contains("ROWS  MICROS  PER ROW  SAMPLES");
                },
                "what runs cost is told once there were some");
        predict("other", 1);
        assertThat(why())
                .contains("asked version 1, serving_default", "other version 1, serving_default")
                .contains("joining  off: it was asked for");
    }

    private String why() {
        StringWriter out = new StringWriter();
        CommandLine commandLine = SlipwayCommand.commandLine().setOut(new PrintWriter(out, true));
        assertThat(commandLine.execute("models", "--why", "--server=" + server.uri("")))
                .isZero();
        return out.toString();
    }

    @Test
    void namesModelsAndPathsThatThereAre() {
        HttpResponse<String> absent = server.get("/slipway/v1/models/absent/dispatch");
        assertThat(absent.statusCode()).isEqualTo(404);
        assertThat(absent.body()).contains("absent", "asked", "other");
        assertThat(server.get("/slipway/v1/models/asked/dispatch").body()).isEqualTo("{\"dispatch\":[]}");
        assertThat(server.get("/slipway/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(server.post("/slipway/v1/dispatch", "").statusCode()).isEqualTo(405);
    }
}

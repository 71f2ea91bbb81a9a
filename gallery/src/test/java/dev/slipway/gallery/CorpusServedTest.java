package dev.slipway.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Other people's models of all formats in one server, good ones and bad ones; skipped where the corpus is not there. */
@EnabledIf("isCorpusThere")
class CorpusServedTest {
    private static final Set<String> FORMATS =
            Set.of("tf", "keras", "torchscript", "xgboost", "lightgbm", "pmml", "other", "mlflow", "bad");

    /** What is refused, and what the status must say of it. */
    private static final Map<String, String> REFUSED = new TreeMap<>();

    /** Listed as bad, and yet to be served: what is wrong with them shows with requests, or in another version. */
    private static final Set<String> BAD_BUT_SERVED = Set.of(
            "bad.layout-empty-version",
            "bad.layout-odd-versions",
            "bad.onnx-endless-loop",
            "bad.onnx-memory-bomb",
            // Valid PMML that another library lacks.
            "bad.pmml-anomaly-iforest");

    static {
        REFUSED.put("keras.dtln-norm-40h-weights", "holds weights only");
        REFUSED.put("mlflow.sklearn-wine-metadata", "");
        REFUSED.put("other.dl4j-cnn-zip", "no known model format");
        REFUSED.put("other.ovms-openvino-ir", "no known model format");
        REFUSED.put("other.xgboost4j-spark-0-82", "no known model format");
        REFUSED.put("pmml.jpmml-collection-verification", "AssociationModel");
        REFUSED.put("pmml.openscoring-linear-auto", "PMML4S lacks");
        REFUSED.put("pmml.pmml4s-dmg-association-exclusive-recommendation", "AssociationModel");
        REFUSED.put("pmml.pmml4s-dmg-association-rule-association", "AssociationModel");
        REFUSED.put("tf.rust-regression", "saved_model_tags");
        REFUSED.put("xgboost.ltr-wmf-dump", "dump_model");
    }

    @TempDir
    static Path repository;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(() -> {
        Distribution.installed();
        return repository();
    });

    static boolean isCorpusThere() {
        return corpus() != null;
    }

    private static Path corpus() {
        String named = System.getenv("SLIPWAY_CORPUS");
        Path corpus = named == null
                ? Path.of(System.getProperty("slipway.root"))
                        .resolveSibling("shared")
                        .resolve("corpus")
                : Path.of(named);
        return Files.exists(corpus.resolve("index.json")) ? corpus : null;
    }

    private static Path repository() {
        try {
            Path corpus = corpus();
            for (JsonNode entry :
                    Io.parse(Files.readString(corpus.resolve("index.json"))).get("entries")) {
                String format = entry.get("format").asText();
                if (FORMATS.contains(format)) {
                    Path folder = corpus.resolve(entry.get("dir").asText());
                    Path model =
                            repository.resolve(format + "." + entry.get("name").asText());
                    copy(folder, hasVersions(folder) ? model : model.resolve("1"));
                }
            }
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasVersions(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.anyMatch(
                    child -> String.valueOf(child.getFileName()).matches("[0-9]+"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path place = from.relativize(file);
                if (!place.startsWith("io") && !place.startsWith("SOURCE.md")) {
                    Path target = to.resolve(place.toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
        Files.createDirectories(to);
    }

    @Test
    void whatIsGoodIsServedAndWhatIsNotSaysWhy() throws IOException {
        Map<String, String> wrong = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("| model | state | why not |\n|---|---|---|\n");
        for (ModelStatus model : SERVER.server().statuses().values()) {
            for (VersionStatus version : model.versions()) {
                String name = model.name();
                SlipwayException error = version.error();
                String reason = error == null ? "" : error.getMessage();
                table.append("| %s | %s | %s |%n".formatted(name, version.state(), reason));
                boolean isServed = version.state() == VersionState.AVAILABLE;
                boolean isBad = name.startsWith("bad.");
                boolean isToBe = isBad ? BAD_BUT_SERVED.contains(name) : !REFUSED.containsKey(name);
                boolean isAnother = isBad
                        && isToBe
                        && model.versions().stream().anyMatch(other -> other.state() == VersionState.AVAILABLE);
                if ((isServed != isToBe && !isAnother) || !reason.contains(REFUSED.getOrDefault(name, ""))) {
                    wrong.put(name + "/" + version.version(), version.state() + " " + reason);
                }
            }
        }
        Files.writeString(Path.of("target", "corpus.md"), table.toString());
        assertThat(wrong).isEmpty();
        assertThat(SERVER.server().statuses()).hasSizeGreaterThan(150);
    }

    /** Bad ones among them were loaded, or tried to be, all the while. */
    @Test
    void theServerGoesOn() {
        for (String model : List.of("tf.half-plus-two-cpu", "tf.half-plus-three")) {
            JsonNode answer =
                    Io.parse(SERVER.post("/v1/models/%s:predict".formatted(model), "{\"instances\": [1.0, 2.0, 5.0]}")
                            .body());
            String expected = model.endsWith("two-cpu") ? "[2.5, 3.0, 4.5]" : "[3.5, 4.0, 5.5]";
            assertThat(Io.difference(answer.path("predictions"), Io.parse(expected)))
                    .as(answer.toString())
                    .isLessThan(1e-6);
        }
    }
}

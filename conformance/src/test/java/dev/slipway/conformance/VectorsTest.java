package dev.slipway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables are what their README says. */
class VectorsTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("slipway.root"), "conformance").resolve("vectors");
    private static final Set<String> REST_REQUEST =
            Set.of("method", "path", "port", "headers", "json", "text", "base64", "hex", "parts");
    private static final Set<String> GRPC_REQUEST = Set.of("method", "metadata", "message", "messages");
    private static final Set<String> REST_EXPECT = Set.of("status", "headers", "json", "text", "events", "tensors");
    private static final Set<String> GRPC_EXPECT = Set.of("code", "message", "messages", "text", "tensors");

    private final List<VectorCase> cases = Vectors.all();

    @Test
    void eachFileIsInTheIndex() throws IOException {
        List<String> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.map(path -> path.getFileName().toString()).sorted().toList();
        }
        List<String> indexed = new ArrayList<>(List.of("index.json"));
        Vectors.JSON.readTree(FOLDER.resolve("index.json").toFile()).forEach(file -> indexed.add(file.asText()));
        assertThat(indexed).containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void eachProfileHasCases() {
        assertThat(cases).extracting(VectorCase::profile).contains(Profile.values());
        assertThat(cases).hasSizeGreaterThan(150);
    }

    @Test
    void eachStepHasOnlyKeysThatTheReadmeKnows() {
        for (VectorCase one : cases) {
            for (Step step : one.steps()) {
                assertThat(step.grpc() ? GRPC_REQUEST : REST_REQUEST)
                        .as(one.id())
                        .containsAll(keys(step.request()));
                for (JsonNode expect : step.expect()) {
                    assertThat(step.grpc() ? GRPC_EXPECT : REST_EXPECT)
                            .as(one.id())
                            .containsAll(keys(expect));
                    assertThat(expect.has("status") || expect.has("code"))
                            .as(one.id())
                            .isTrue();
                }
            }
        }
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new TreeSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void eachModelThatIsNeededIsInTheRepository() {
        for (VectorCase one : cases) {
            for (String model : one.needs().models()) {
                assertThat(FOLDER.resolveSibling("models").resolve(model))
                        .as(one.id())
                        .isDirectory();
            }
        }
    }

    @Test
    void aCaseThatIsIncompleteOrHasUnknownKeysIsRefused() {
        assertThatThrownBy(() -> Vectors.parse("f", parse("{\"profile\": \"mms\", \"cases\": [{\"id\": \"a\"}]}")))
                .hasMessageContaining("f: ")
                .hasMessageContaining("expects nothing");
        assertThatThrownBy(() -> Vectors.parse("f", parse("{\"profile\": \"mms\", \"cases\": [{\"idd\": \"a\"}]}")))
                .hasMessageContaining("[idd]");
        assertThatThrownBy(() -> Vectors.parse("f", parse("{\"profile\": \"none\"}")))
                .hasMessageContaining("profile 'none'");
    }

    private static JsonNode parse(String json) throws IOException {
        return Vectors.JSON.readTree(json);
    }

    @Test
    void eachMessageIsOneOfItsMethod() {
        for (VectorCase one : cases) {
            for (Step step : one.steps()) {
                if (step.grpc()) {
                    JsonNode messages = step.request().has("messages")
                            ? step.request().path("messages")
                            : Vectors.JSON.createArrayNode().add(step.request().path("message"));
                    for (JsonNode message : messages) {
                        assertThat(GrpcMethods.bytes(
                                        GrpcMethods.of(step.request()
                                                        .path("method")
                                                        .asText())
                                                .getInputType(),
                                        message.toString()))
                                .as(one.id())
                                .isNotNull();
                    }
                }
            }
        }
    }
}

package dev.slipway.source;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Models that are texts; what a version says of itself are its files. One with a file {@code broken} is none. */
final class TextModels implements Function<Path, Loader> {
    @Override
    public Loader apply(Path path) {
        return new TextLoader(path);
    }

    /** The content of each file by its path; by {@code ""} for a single file. */
    static Map<String, String> files(ModelDescription description) {
        return description.metadata();
    }

    private record TextLoader(Path path) implements Loader {
        @Override
        public String format() {
            return "text";
        }

        @Override
        public ModelDescription describe() {
            SortedMap<String, String> files = new TreeMap<>();
            try (Stream<Path> all = Files.walk(path)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    files.put(path.relativize(file).toString(), Files.readString(file));
                }
            } catch (IOException e) {
                throw new SlipwayException(ErrorCode.UNAVAILABLE, "files are gone: " + e, e);
            }
            if (files.isEmpty() || files.containsKey("broken")) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no model");
            }
            return new ModelDescription("text", Map.of(), 1, files);
        }

        @Override
        public Servable load() {
            ModelDescription description = describe();
            return new Servable() {
                @Override
                public ModelDescription description() {
                    return description;
                }

                @Override
                public InferenceResult run(InferenceRequest request) {
                    throw new SlipwayException(
                            ErrorCode.INVALID_ARGUMENT,
                            "ran on " + request.target().model());
                }

                @Override
                public void close() {}
            };
        }
    }
}

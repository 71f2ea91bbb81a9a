package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What files were described as; asked for at each scan, and as slow as reading the whole file. Thread-safe. */
final class Descriptions {
    private static final int KEPT_MAX = 1000;

    private final Map<Key, Described> known = new ConcurrentHashMap<>();

    private record Key(Path path, Map<String, String> parameters) {}

    /** Of a file as it was. */
    private record Described(long bytes, FileTime time, ModelDescription description) {}

    /** @param reader describes the file, where it is another than before */
    ModelDescription of(Path path, LoadOptions options, Supplier<ModelDescription> reader) {
        Key key = new Key(path, Map.copyOf(options.parameters()));
        try {
            long bytes = Files.size(path);
            FileTime time = Files.getLastModifiedTime(path);
            Described before = options.signature() == null ? known.get(key) : null;
            if (before != null && before.bytes() == bytes && before.time().equals(time)) {
                return before.description();
            }
            ModelDescription description = reader.get();
            if (known.size() >= KEPT_MAX) {
                known.clear();
            }
            known.put(key, new Described(bytes, time, description));
            return description;
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(path.getFileName(), e), e);
        }
    }
}

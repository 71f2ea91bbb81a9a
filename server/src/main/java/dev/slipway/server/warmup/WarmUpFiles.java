package dev.slipway.server.warmup;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds the files of samples of a version. */
final class WarmUpFiles {
    private static final String RECORDED = "assets.extra/tf_serving_warmup_requests";
    private static final List<String> JSON = List.of("warmup.json", "warmup.jsonl");
    private static final String TRITON = "config.pbtxt";

    private WarmUpFiles() {}

    /**
     * Those that are there by convention, by what messages call them.
     *
     * @param model its name
     * @param path of the version: a directory, or a file
     */
    static Map<String, Samples> found(String model, Path path) {
        Path folder = folder(path);
        Map<String, Samples> found = new LinkedHashMap<>();
        if (!isOwn(model, path, folder)) {
            return found;
        }
        if (Files.isRegularFile(folder.resolve(RECORDED))) {
            found.put(RECORDED, new RecordedSamples(folder.resolve(RECORDED)));
        }
        for (String name : JSON) {
            if (Files.isRegularFile(folder.resolve(name))) {
                found.put(name, new JsonSamples(folder.resolve(name)));
            }
        }
        for (Path place : modelFolders(folder)) {
            if (found.get(TRITON) == null && Files.isRegularFile(place.resolve(TRITON))) {
                found.put(TRITON, new TritonSamples(place.resolve(TRITON)));
            }
        }
        return found;
    }

    /**
     * The one that somebody named.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is not there
     */
    static Samples named(Path path, String name) {
        Path file = folder(path).resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "'%s' is not there (expected: a file)".formatted(file));
        }
        String ending = name.toLowerCase(Locale.ROOT);
        if (ending.endsWith(".json") || ending.endsWith(".jsonl")) {
            return new JsonSamples(file);
        }
        return ending.endsWith(".pbtxt") ? new TritonSamples(file) : new RecordedSamples(file);
    }

    private static Path folder(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        return Files.isDirectory(absolute) || parent == null ? absolute : parent;
    }

    /** Not that of a file that is a model by itself, and lies among others. */
    private static boolean isOwn(String model, Path path, Path folder) {
        String name = name(folder);
        return Files.isDirectory(path)
                || isVersion(name)
                || name.equals(model)
                || name(path).startsWith("model.");
    }

    /** The version's, for a model that has but one; then that in which the versions lie. */
    private static List<Path> modelFolders(Path folder) {
        List<Path> folders = new ArrayList<>(List.of(folder));
        Path parent = folder.getParent();
        if (parent != null && isVersion(name(folder))) {
            folders.add(parent);
        }
        return folders;
    }

    private static boolean isVersion(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}

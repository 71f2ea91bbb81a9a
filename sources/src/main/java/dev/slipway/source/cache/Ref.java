package dev.slipway.source.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a source's artifact is.
 *
 * @param address of the artifact
 * @param place of the model below the artifact's files, with {@code /}; empty for all of them
 */
record Ref(String address, String place) {
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{64}");

    /** Empty when there is none, or what is there is none: a power cut may have left half of it. */
    static Optional<Ref> read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean isRef = lines.size() == 2
                && ADDRESS.matcher(lines.get(0)).matches()
                && !List.of(lines.get(1).split("/")).contains("..");
        return isRef ? Optional.of(new Ref(lines.get(0), lines.get(1))) : Optional.empty();
    }

    Path write(Path file) throws IOException {
        return Files.writeString(file, address + "\n" + place + "\n");
    }
}

package dev.slipway.monitoring.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The files of a sink: {@code NAME-TIME-NUMBER.ENDING}, which sort by when they were begun. For one thread.
 *
 * @param name that all begin with
 */
record LogFolder(Path folder, String name, Clock clock) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A name that no file has, nor one with another of {@code taken}. */
    Path fresh(String ending, List<String> taken) throws IOException {
        Files.createDirectories(folder);
        String time = TIME.format(clock.instant());
        for (int number = 1; ; number++) {
            String stem = "%s-%s-%03d".formatted(name, time, number);
            boolean isFree = !Files.exists(folder.resolve(stem + ending))
                    && taken.stream().noneMatch(other -> Files.exists(folder.resolve(stem + other)));
            if (isFree) {
                return folder.resolve(stem + ending);
            }
        }
    }

    /** Deletes the oldest files with one of these endings that are more than {@code filesMax}; 0 for none. */
    void prune(int filesMax, List<String> endings) throws IOException {
        if (filesMax == 0) {
            return;
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, this::isOurs)) {
            for (Path file : all) {
                if (endings.stream().anyMatch(ending -> file.toString().endsWith(ending))) {
                    files.add(file);
                }
            }
        }
        files.sort(null);
        for (int i = 0; i < files.size() - filesMax; i++) {
            Files.deleteIfExists(files.get(i));
        }
    }

    private boolean isOurs(Path file) {
        String text = String.valueOf(file.getFileName());
        return text.startsWith(name + "-") && text.substring(name.length() + 1).matches("\\d{8}T\\d{6}Z-\\d{3,}\\..*");
    }
}

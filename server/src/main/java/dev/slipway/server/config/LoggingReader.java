package dev.slipway.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what {@code logging:} says. */
final class LoggingReader {
    private static final Map<String, Boolean> FORMATS = new TreeMap<>(Map.of("json", true, "text", false));

    private final Section section;
    private final Path base;

    /** @param base the folder that paths are relative to */
    LoggingReader(Section section, Path base) {
        this.section = section;
        this.base = base;
    }

    LoggingConfig read() {
        if (section.keys().isEmpty()) {
            return LoggingConfig.NONE;
        }
        Map<String, String> levels = new TreeMap<>();
        section.section("levels").forEach((logger, level) -> levels.put(logger, String.valueOf(level.content())));
        return new LoggingConfig(
                format("format"),
                section.get("level") == null ? null : section.text("level", ""),
                levels,
                section.get("repeats") == null ? null : Integer.valueOf(section.whole("repeats", 0, 0)),
                new LoggingConfig.Access(
                        place(section.text("access", "")),
                        format("access_format"),
                        skip(),
                        section.get("access_file_size") == null
                                ? null
                                : Long.valueOf(section.size("access_file_size", 0)),
                        section.get("access_files") == null
                                ? null
                                : Integer.valueOf(section.whole("access_files", 1, 1))));
    }

    private @Nullable Boolean format(String key) {
        return section.get(key) == null ? null : section.choice(key, FORMATS, false);
    }

    private @Nullable String place(String said) {
        if (said.isEmpty()) {
            return null;
        }
        return LoggingConfig.Access.place(said, base);
    }

    private @Nullable List<String> skip() {
        YamlValue found = section.get("access_skip");
        if (found == null) {
            return null;
        }
        List<String> paths = new ArrayList<>();
        found.list().forEach(path -> paths.add(String.valueOf(path.content())));
        return paths;
    }
}

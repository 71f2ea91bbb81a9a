package dev.slipway.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is logged, and how. Null is what is not said.
 *
 * @param isJson whether lines are JSON objects, else text
 * @param level from which on the server's own lines are written
 * @param levels the same, of classes and packages; empty where nothing is said
 * @param repeats how many lines that say the same are written in a minute; 0 for all
 * @param access what is written of each request
 */
public record LoggingConfig(
        @Nullable Boolean isJson,
        @Nullable String level,
        Map<String, String> levels,
        @Nullable Integer repeats,
        Access access) {
    /** Lines that say the same, in a minute. */
    public static final int REPEATS = 10;

    /** Nothing is said. */
    public static final LoggingConfig NONE = new LoggingConfig(null, null, Map.of(), null, Access.NONE);

    public LoggingConfig {
        levels = Map.copyOf(levels);
    }

    /**
     * What is written of each request.
     *
     * @param to {@value #OFF}, {@value #ON} for standard output, or the absolute path of a file
     * @param isJson whether lines are JSON objects, else text; as all others where it is not said
     * @param skip paths of which nothing is written
     * @param fileBytes after which a new file begins
     * @param files that are kept, the one that is written to among them
     */
    public record Access(
            @Nullable String to,
            @Nullable Boolean isJson,
            @Nullable List<String> skip,
            @Nullable Long fileBytes,
            @Nullable Integer files) {
        public static final String OFF = "off";
        public static final String ON = "on";

        /** Nothing is said, and nothing is written. */
        public static final Access NONE = new Access(null, null, null, null, null);

        public Access {
            skip = skip == null ? null : List.copyOf(skip);
        }

        /** What a word means: {@value #OFF}, {@value #ON}, or a path relative to {@code base}. */
        public static String place(String word, Path base) {
            return word.equals(OFF) || word.equals(ON)
                    ? word
                    : base.resolve(word).toAbsolutePath().normalize().toString();
        }

        @Nullable
        String format() {
            return word(isJson);
        }

        /** Whether anything is written. */
        public boolean isOn() {
            return to != null && !to.equals(OFF);
        }

        private Access or(Access other) {
            return new Access(
                    StartConfig.first(to, other.to),
                    StartConfig.first(isJson, other.isJson),
                    StartConfig.first(skip, other.skip),
                    StartConfig.first(fileBytes, other.fileBytes),
                    StartConfig.first(files, other.files));
        }
    }

    @Nullable
    String format() {
        return word(isJson);
    }

    private static @Nullable String word(@Nullable Boolean isJson) {
        return isJson == null ? null : isJson ? "json" : "text";
    }

    /** The same with other words on requests. */
    public LoggingConfig withAccess(Access changed) {
        return new LoggingConfig(isJson, level, levels, repeats, changed);
    }

    /** This, and what the other says where this says nothing. */
    public LoggingConfig or(LoggingConfig other) {
        Map<String, String> both = new TreeMap<>(other.levels);
        both.putAll(levels);
        return new LoggingConfig(
                StartConfig.first(isJson, other.isJson),
                StartConfig.first(level, other.level),
                both,
                StartConfig.first(repeats, other.repeats),
                access.or(other.access));
    }

    /** Whether lines on requests are JSON objects. */
    public boolean isAccessJson() {
        return Objects.requireNonNullElse(access.isJson, Objects.requireNonNullElse(isJson, false));
    }
}

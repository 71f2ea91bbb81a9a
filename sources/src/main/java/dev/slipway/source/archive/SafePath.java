package dev.slipway.source.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Turns names that strangers chose into paths that stay below a folder. */
public final class SafePath {
    private static final int NAME_BYTES_MAX = 255;
    private static final int DEPTH_MAX = 32;
    private static final int SHOWN_MAX = 80;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");

    private SafePath() {}

    /**
     * Where {@code name} lies below {@code folder}; {@code folder} itself for a name like {@code ./}.
     *
     * @param name parts with {@code /} between them, and perhaps at the end
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is absolute, leads out of the folder, or can't be a
     *     file's name on every system
     */
    public static Path below(Path folder, String name) {
        Path path = folder;
        for (String part : parts(name)) {
            path = path.resolve(part);
        }
        return path;
    }

    /** The parts of a name that {@link #below} would take, without those that mean nothing. */
    public static List<String> parts(String name) {
        if (name.startsWith("/") || DRIVE.matcher(name).matches()) {
            throw refused(name, "is absolute");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(name, "leads out of the folder");
            }
            if (part.indexOf('\\') >= 0 || part.chars().anyMatch(Character::isISOControl)) {
                throw refused(name, "has a character that no file's name may have");
            }
            if (part.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX || parts.size() >= DEPTH_MAX) {
                throw refused(name, "is too long or too deep");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static SlipwayException refused(String name, String reason) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "name '%s' %s (expected: a path below the model's folder, with '/')".formatted(shown(name), reason));
    }

    /** Short, and without what would confuse a terminal. */
    static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= SHOWN_MAX ? plain : plain.substring(0, SHOWN_MAX) + "...";
    }
}

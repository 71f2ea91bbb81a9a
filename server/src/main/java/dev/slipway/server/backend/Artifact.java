package dev.slipway.server.backend;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pinned file of a Maven repository.
 *
 * @param group with dots
 * @param classifier empty for none
 * @param sha256 of its bytes, in hexadecimal
 * @param bytes how many there are
 */
record Artifact(String group, String name, String version, String classifier, String sha256, long bytes) {
    private static final String PART = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{64}) +([0-9]{1,12}) +(%1$s):(%1$s):(%1$s)(?::(%1$s))?".formatted(PART));

    /**
     * Reads {@code sha256 bytes group:artifact:version[:classifier]}.
     *
     * @param place what messages call the line
     * @throws IllegalArgumentException for another line
     */
    static Artifact parse(String place, String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "%s: '%s' (expected: SHA256 BYTES GROUP:ARTIFACT:VERSION[:CLASSIFIER])".formatted(place, line));
        }
        String classifier = matcher.group(6);
        return new Artifact(
                matcher.group(3),
                matcher.group(4),
                matcher.group(5),
                classifier == null ? "" : classifier,
                matcher.group(1),
                Long.parseLong(matcher.group(2)));
    }

    /** Of the jar: {@code jhdf-0.13.0.jar}. */
    String fileName() {
        return "%s-%s%s.jar".formatted(name, version, classifier.isEmpty() ? "" : "-" + classifier);
    }

    /** Where a Maven repository has it. */
    String repositoryPath() {
        return "%s/%s/%s/%s".formatted(group.replace('.', '/'), name, version, fileName());
    }

    @Override
    public String toString() {
        return "%s:%s:%s%s".formatted(group, name, version, classifier.isEmpty() ? "" : ":" + classifier);
    }
}

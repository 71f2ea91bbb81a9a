package dev.slipway.server.endpoint.management;

import java.util.stream.Collectors;

/** Makes a whole configuration of what is said of one model. */
final class ModelEntry {
    /** A map without keys has a form of its own. */
    private static final String NOTHING = "{}";

    private ModelEntry() {}

    /**
     * @param body the entry in YAML or JSON; its lines stay lines, two further down
     * @param others what the configuration says beside its models, in YAML
     */
    static String asConfig(String model, String body, String others) {
        String entry = body.lines().map(line -> "    " + line).collect(Collectors.joining("\n"));
        String rest = others.strip().equals(NOTHING) ? "" : others;
        return "models:\n  %s:\n%s\n%s".formatted(quoted(model), entry, rest);
    }

    /** In double quotes, which YAML and JSON read alike. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

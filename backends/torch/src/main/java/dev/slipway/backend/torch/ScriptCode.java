package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.SlipwayException;
import dev.slipway.backend.torch.Pickled.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the code of a TorchScript archive says of its {@code forward}: the arguments with their types, and what it returns.
 * The code is a small part of Python, printed by PyTorch itself.
 */
final class ScriptCode {
    /** PyTorch's parser calls itself for each bracket, each block and each {@code not}. */
    private static final int DEPTH_MAX = 256;

    private static final int LINE_CHARS_MAX = 1 << 20;
    private static final Pattern METHOD = Pattern.compile("(?m)^  def (\\w+)\\(");

    private ScriptCode() {}

    /**
     * @param name of the argument
     * @param hasDefault whether a call may leave it out
     */
    record Argument(String name, ScriptType type, boolean hasDefault) {}

    /** How {@code forward} is called. */
    record Forward(List<Argument> arguments, ScriptType returns) {}

    /**
     * @param root the module's class
     * @throws SlipwayException {@code INVALID_ARGUMENT} for code that PyTorch would not have written; {@code UNIMPLEMENTED}
     *     for a module without {@code forward}
     */
    static Forward forward(ScriptArchive archive, Name root) {
        String entry = "code/" + root.module().replace('.', '/') + ".py";
        String text = archive.text(entry);
        Matcher head = Pattern.compile("(?m)^class %s\\((\\w+)\\):$".formatted(Pattern.quote(root.name())))
                .matcher(text);
        if (!head.find()) {
            throw archive.refused(
                    "in %s no class '%s'".formatted(entry, ScriptArchive.shown(root.name())), "its class");
        }
        Matcher next = Pattern.compile("(?m)^class ").matcher(text);
        String body = text.substring(head.end(), next.find(head.end()) ? next.start() : text.length());
        Set<String> methods = new TreeSet<>();
        for (Matcher method = METHOD.matcher(body); method.find(); ) {
            if (method.group(1).equals("forward")) {
                return signature(archive, entry, body.substring(method.end()));
            }
            methods.add(method.group(1));
        }
        throw new SlipwayException(
                UNIMPLEMENTED, "'%s' has no method 'forward' (found: %s)".formatted(archive.file(), methods));
    }

    private static Forward signature(ScriptArchive archive, String entry, String text) {
        List<String> parts = new ArrayList<>();
        int end = split(text, parts);
        Matcher returns = Pattern.compile("\\) -> (.+):$", Pattern.MULTILINE).matcher(text);
        returns.region(Math.max(0, end), text.length());
        if (end < 0 || !returns.lookingAt()) {
            throw archive.refused(
                    "in %s an odd head of 'forward'".formatted(entry), "def forward(self: Type, ...) -> Type:");
        }
        List<Argument> arguments = new ArrayList<>();
        try {
            for (String part : parts.subList(1, parts.size())) {
                int colon = part.indexOf(':');
                int equals = part.indexOf('=', Math.max(0, colon));
                if (colon < 1) {
                    throw new IllegalArgumentException("argument '%s' has no type".formatted(part));
                }
                arguments.add(new Argument(
                        part.substring(0, colon).strip(),
                        ScriptType.parse(part.substring(colon + 1, equals < 0 ? part.length() : equals)),
                        equals > 0));
            }
            return new Forward(List.copyOf(arguments), ScriptType.parse(returns.group(1)));
        } catch (IllegalArgumentException e) {
            throw archive.refused(
                    "in %s: %s".formatted(entry, ScriptArchive.shown(String.valueOf(e.getMessage()))),
                    "TorchScript's types");
        }
    }

    /** Splits at the commas outside of brackets and quotes; returns where the closing bracket is, or -1. */
    private static int split(String text, List<String> parts) {
        int depth = 0;
        int start = 0;
        boolean isQuoted = false;
        for (int i = 0; i < text.length() && i < LINE_CHARS_MAX; i++) {
            char c = text.charAt(i);
            if (isQuoted) {
                i += c == '\\' ? 1 : 0;
                isQuoted = c != '"';
            } else if (c == '"') {
                isQuoted = true;
            } else if (c == '[' || c == '(') {
                depth++;
            } else if (depth > 0 && (c == ']' || c == ')')) {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            } else if (c == ')') {
                parts.add(text.substring(start, i));
                return i;
            }
        }
        return -1;
    }

    /** Refuses code so deep that PyTorch's parser, which calls itself, would run out of stack. */
    static void checkDepth(ScriptArchive archive, String entry) {
        String text = archive.text(entry);
        int depth = 0;
        int indent = 0;
        boolean isIndent = true;
        boolean isQuoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isQuoted) {
                i += c == '\\' ? 1 : 0;
                isQuoted = c != '"';
            } else if (c == '\n') {
                isIndent = true;
                indent = 0;
            } else if (isIndent && c == ' ') {
                indent++;
            } else {
                isIndent = false;
                isQuoted = c == '"';
                depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
            }
            if (depth > DEPTH_MAX || indent > 2 * DEPTH_MAX) {
                throw archive.refused(
                        "in %s, at %d, code nested deeper than %d".formatted(entry, i, DEPTH_MAX), "less");
            }
        }
    }
}

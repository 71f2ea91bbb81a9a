package dev.slipway.protocol.text;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormatParseInfoTree;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads protobuf's text format. What is in a text but not in its message is an error, with line, column and the field
 * that may have been meant. Whether the values make sense is for the reader of the message to say.
 */
public final class ProtoText {
    /** How the parser lists fields that a message does not have, a line each, below a line that says so. */
    private static final Pattern UNKNOWN_FIELD =
            Pattern.compile("^(?<line>\\d+):(?<column>\\d+):\t(?<type>[\\w.]+)\\.(?<field>\\w+)$");

    private static final String UNKNOWN_FIELDS = "Input contains unknown fields";

    private ProtoText() {}

    /** A field that is not in its message, and where it stands. */
    private record Unknown(int line, int column, String type, String field) {}

    /**
     * Reads {@code text}.
     *
     * @param subject what errors call the text
     * @param empty of the type to be read
     * @throws SlipwayException {@code INVALID_ARGUMENT} with line and column
     */
    public static <M extends Message> ParsedText<M> parse(String subject, String text, M empty) {
        return parse(subject, text, empty, "");
    }

    /**
     * As {@link #parse(String, String, Message)}.
     *
     * @param opaque full name of a type of message in which any field may be
     */
    static <M extends Message> ParsedText<M> parse(String subject, String text, M empty, String opaque) {
        TextFormatParseInfoTree.Builder places = TextFormatParseInfoTree.builder();
        Message.Builder builder = empty.newBuilderForType();
        try {
            TextFormat.Parser.newBuilder()
                    .setSingularOverwritePolicy(TextFormat.Parser.SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
                    .setParseInfoTreeBuilder(places)
                    .build()
                    .merge(text, builder);
        } catch (TextFormat.ParseException e) {
            // The parser tells of unknown fields at the end, when the builder has all the others.
            if (!isOpaqueAlone(e, opaque)) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s, %s".formatted(subject, problem(e, opaque, empty.getDescriptorForType())),
                        e);
            }
        }
        @SuppressWarnings("unchecked") // A builder makes what it was made by.
        M message = (M) builder.build();
        return new ParsedText<>(subject, message, places.build());
    }

    private static boolean isOpaqueAlone(TextFormat.ParseException error, String opaque) {
        return isUnknown(error)
                && lines(error)
                        .skip(1)
                        .map(ProtoText::unknown)
                        .allMatch(unknown -> unknown != null && unknown.type().equals(opaque));
    }

    private static boolean isUnknown(TextFormat.ParseException error) {
        return String.valueOf(error.getMessage()).contains(": " + UNKNOWN_FIELDS);
    }

    private static Stream<String> lines(TextFormat.ParseException error) {
        return String.valueOf(error.getMessage()).lines();
    }

    private static @Nullable Unknown unknown(String line) {
        Matcher matcher = UNKNOWN_FIELD.matcher(line);
        return matcher.matches()
                ? new Unknown(
                        Integer.parseInt(matcher.group("line")),
                        Integer.parseInt(matcher.group("column")),
                        matcher.group("type"),
                        matcher.group("field"))
                : null;
    }

    /** Where and what, without what the parser's own message begins with. */
    private static String problem(TextFormat.ParseException error, String opaque, Descriptor root) {
        Unknown first = isUnknown(error)
                ? lines(error)
                        .map(ProtoText::unknown)
                        .filter(unknown -> unknown != null && !unknown.type().equals(opaque))
                        .findFirst()
                        .orElse(null)
                : null;
        Descriptor type = first == null ? null : find(first.type(), root, new HashSet<>());
        if (first == null || type == null) {
            String message = String.valueOf(error.getMessage()).replaceFirst("^\\d+:\\d+: ", "");
            return "line %d, column %d: %s".formatted(error.getLine(), error.getColumn(), message);
        }
        List<String> names =
                type.getFields().stream().map(FieldDescriptor::getName).toList();
        return "line %d, column %d: unknown field '%s' (%sexpected: one of %s)"
                .formatted(
                        first.line(),
                        first.column(),
                        first.field(),
                        Spelling.nearest(first.field(), names)
                                .map("nearest: %s; "::formatted)
                                .orElse(""),
                        String.join(", ", names));
    }

    private static @Nullable Descriptor find(String fullName, Descriptor from, Set<Descriptor> seen) {
        if (from.getFullName().equals(fullName)) {
            return from;
        }
        for (FieldDescriptor field : from.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && seen.add(field.getMessageType())) {
                Descriptor found = find(fullName, field.getMessageType(), seen);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}

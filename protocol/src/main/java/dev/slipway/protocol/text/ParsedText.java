package dev.slipway.protocol.text;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormatParseInfoTree;
import com.google.protobuf.TextFormatParseLocation;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that was read from text, which remembers where its fields stand.
 *
 * @param subject what errors call the text
 * @param message what it says
 * @param places where each field begins
 */
public record ParsedText<M extends Message>(String subject, M message, TextFormatParseInfoTree places) {

    /**
     * An error in a value.
     *
     * @param problem what was found and what was expected
     * @param path names of fields from the message inwards; of repeated fields the first is meant. The deepest that the
     *     text has is told
     * @return {@code INVALID_ARGUMENT}: {@code SUBJECT, line 3: PROBLEM}
     */
    public SlipwayException wrong(String problem, String... path) {
        int line = line(path);
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                line == 0 ? "%s: %s".formatted(subject, problem) : "%s, line %d: %s".formatted(subject, line, problem));
    }

    /** From 1; 0 when the text has none of the fields. */
    private int line(String... path) {
        int line = 0;
        Descriptor type = message.getDescriptorForType();
        TextFormatParseInfoTree tree = places;
        for (String name : path) {
            FieldDescriptor field = type.findFieldByName(name);
            List<TextFormatParseLocation> found = field == null ? List.of() : tree.getLocations(field);
            if (found.isEmpty()) {
                return line;
            }
            line = found.get(0).getLine() + 1;
            TextFormatParseInfoTree inner = inner(tree, field);
            if (inner == null) {
                return line;
            }
            type = field.getMessageType();
            tree = inner;
        }
        return line;
    }

    private static @Nullable TextFormatParseInfoTree inner(TextFormatParseInfoTree tree, FieldDescriptor field) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return null;
        }
        List<TextFormatParseInfoTree> nested = tree.getNestedTrees(field);
        return nested.isEmpty() ? null : nested.get(0);
    }
}

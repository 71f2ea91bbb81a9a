package dev.slipway.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the places of an axis stand for.
 *
 * @param file where it was said, as messages name it
 * @param names by place, from 0; any text
 */
public record ClassNames(String file, List<String> names) {
    private static final String MEANT = "a name a line, a JSON array of names, or {\"0\": \"name\"}";

    public ClassNames {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw wrong(file, "names no class (expected: %s)".formatted(MEANT));
        }
    }

    /**
     * Reads a file: a name a line; or where it is called {@code *.json}, an array of names, or an object from places to
     * names, or to arrays that end with one, as TorchServe's {@code index_to_name.json} has it.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it is not there, or says something else
     */
    public static ClassNames read(ChainFiles files, Path named) {
        List<String> lines = files.lines("classes", named);
        if (!named.toString().endsWith(".json")) {
            return new ClassNames(named.toString(), lines);
        }
        String file = named.toString();
        try {
            JsonReader in =
                    new JsonReader(ByteBuffer.wrap(String.join("\n", lines).getBytes(UTF_8)));
            List<String> names = in.peek() == '[' ? array(in) : object(in, file);
            in.endDocument();
            return new ClassNames(file, names);
        } catch (SlipwayException e) {
            if (e.code() == ErrorCode.FAILED_PRECONDITION) {
                throw e;
            }
            throw wrong(file, "%s (in a file of %s)".formatted(e.getMessage(), MEANT));
        }
    }

    private static List<String> array(JsonReader in) {
        List<String> names = new ArrayList<>();
        in.beginArray();
        while (in.nextElement()) {
            names.add(in.string());
        }
        return names;
    }

    private static List<String> object(JsonReader in, String file) {
        Map<Integer, String> names = new TreeMap<>();
        in.beginObject();
        while (in.nextName()) {
            String place = in.name();
            if (!place.matches("[0-9]{1,9}")) {
                throw wrong(file, "names a class for '%s' (expected: a number from 0)".formatted(place));
            }
            String name;
            if (in.peek() == '[') {
                List<String> all = array(in);
                name = all.isEmpty() ? "" : all.get(all.size() - 1);
            } else {
                name = in.string();
            }
            if (names.put(Integer.valueOf(place), name) != null) {
                throw wrong(file, "names class %s twice (expected: once)".formatted(place));
            }
        }
        for (int place = 0; place < names.size(); place++) {
            if (!names.containsKey(place)) {
                throw wrong(file, "names no class %d (expected: all from 0 to %d)".formatted(place, names.size() - 1));
            }
        }
        return new ArrayList<>(names.values());
    }

    /**
     * Checks that there are as many as an output has places.
     *
     * @param count of places; -1 where only runs tell
     * @throws SlipwayException {@code FAILED_PRECONDITION} when there are not
     */
    public void check(String output, long count) {
        if (count >= 0 && count != names.size()) {
            throw wrong(
                    file, "names %d classes (expected: %d, as output '%s' has)".formatted(names.size(), count, output));
        }
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when there is no such place */
    public String name(String output, long place) {
        if (place < 0 || place >= names.size()) {
            throw wrong(
                    file,
                    "has no name for class %d of output '%s' (expected: 0 to %d)"
                            .formatted(place, output, names.size() - 1));
        }
        return names.get((int) place);
    }

    private static SlipwayException wrong(String file, String problem) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "classes: file '%s' %s".formatted(file, problem));
    }
}

package dev.slipway.backend.tensorflow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ops that the runtime has, and what each gives, so that a graph can be judged without native code. Lines of the resource
 * are an op's name and its outputs: {@code 9} is an element type by number, {@code T} the attribute that says it, {@code T=9}
 * one with a value for where it is left out, {@code N*T} as many outputs as the attribute {@code N} says, {@code @Tout} one
 * for each type of a list.
 */
final class OpTable {
    private static final String RESOURCE = "ops.txt";

    /** Many outputs are more than any signature names. */
    private static final int OUTPUTS_MAX = 4096;

    private final String version;
    private final Map<String, String> outputs = new HashMap<>();

    private OpTable(BufferedReader lines) throws IOException {
        version = String.valueOf(lines.readLine());
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int space = line.indexOf(' ');
            outputs.put(space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1));
        }
    }

    private static final class Holder {
        private static final OpTable TABLE = read();

        private static OpTable read() {
            try (InputStream in = OpTable.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException("the jar lacks " + RESOURCE);
                }
                return new OpTable(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static OpTable table() {
        return Holder.TABLE;
    }

    /** The runtime's name and version: {@code TensorFlow 2.18.0}. */
    String version() {
        return version;
    }

    boolean has(String op) {
        return outputs.containsKey(op);
    }

    /**
     * The element type of a node's output, by number.
     *
     * @return 0 where the node has no such output, or does not say its type
     */
    int outputType(Node node, int index) {
        int first = 0;
        for (String output : outputs.getOrDefault(node.op(), "").split(" ", -1)) {
            int star = output.indexOf('*');
            int at = output.indexOf('=');
            String type = output.substring(star + 1, at < 0 ? output.length() : at);
            if (type.startsWith("@")) {
                List<Integer> types = node.types().getOrDefault(type.substring(1), List.of());
                if (index < first + types.size()) {
                    return types.get(index - first);
                }
                first += types.size();
                continue;
            }
            first += star < 0 ? 1 : count(node, output.substring(0, star));
            if (index < first) {
                return type(node, type, at < 0 ? 0 : Integer.parseInt(output.substring(at + 1)));
            }
        }
        return 0;
    }

    private static int count(Node node, String attribute) {
        return (int) Math.max(0, Math.min(OUTPUTS_MAX, node.numbers().getOrDefault(attribute, 0L)));
    }

    private static int type(Node node, String type, int otherwise) {
        if (type.isEmpty()) {
            return 0;
        } else if (Character.isDigit(type.charAt(0))) {
            return Integer.parseInt(type);
        }
        List<Integer> found = node.types().getOrDefault(type, List.of());
        return found.size() == 1 ? found.get(0) : otherwise;
    }
}

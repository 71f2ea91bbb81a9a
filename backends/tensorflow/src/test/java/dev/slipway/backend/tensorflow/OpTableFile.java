package dev.slipway.backend.tensorflow;

import dev.slipway.backend.common.WireReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Writes the resource that {@link OpTable} reads, from the list of ops that the runtime gives. */
final class OpTableFile {
    private final WireReader in;

    private OpTableFile(WireReader in) {
        this.in = in;
    }

    /**
     * @param version the runtime's name and version
     * @param opList a file with an OpList
     */
    static String text(String version, Path opList) {
        TreeSet<String> lines = new TreeSet<>();
        try (WireReader in = new WireReader(opList, "OpList")) {
            OpTableFile file = new OpTableFile(in);
            while (in.next()) {
                lines.add(file.op());
            }
        }
        return version + "\n" + String.join("\n", lines) + "\n";
    }

    private String op() {
        String name = "";
        List<String> outputs = new ArrayList<>();
        Map<String, Long> defaults = new HashMap<>();
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 3 -> outputs.add(output());
                case 4 -> attribute(defaults);
                default -> in.skip();
            }
        }
        in.leave(outer);
        outputs.replaceAll(output -> {
            Long otherwise = defaults.get(output.substring(output.indexOf('*') + 1));
            return otherwise == null ? output : output + "=" + otherwise;
        });
        return (name + " " + String.join(" ", outputs)).strip();
    }

    private String output() {
        String type = "";
        String count = "";
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 3 -> type = Long.toString(in.number());
                case 4 -> type = in.text();
                case 5 -> count = in.text() + "*";
                case 6 -> type = "@" + in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return count + type;
    }

    private void attribute(Map<String, Long> defaults) {
        String name = "";
        Long type = null;
        long outer = in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 3 -> {
                    long value = in.enter();
                    while (in.next()) {
                        if (in.field() == 6) {
                            type = in.number();
                        } else {
                            in.skip();
                        }
                    }
                    in.leave(value);
                }
                default -> in.skip();
            }
        }
        in.leave(outer);
        if (type != null) {
            defaults.put(name, type);
        }
    }
}

package dev.slipway.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code curl}, quiet but for errors. Files it is given by name lie in the folder. */
record Curl(Path folder) {
    /** Prints what {@link #written} reads, for each transfer. */
    static final String WRITE =
            "\n~ %{http_code} HTTP/%{http_version} connects=%{num_connects} up=%{size_upload} down=%{size_download}\n";

    Program run(String... arguments) {
        return run(null, arguments);
    }

    /** @param input its standard input; null for none */
    Program run(Path input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--max-time", "60"));
        command.addAll(List.of(arguments));
        return Program.run(folder, input, command).succeeded();
    }

    /** The lines of {@link #WRITE}. */
    static List<String> written(Program curl) {
        return curl.text()
                .lines()
                .filter(line -> line.startsWith("~ "))
                .map(line -> line.substring(2))
                .toList();
    }
}

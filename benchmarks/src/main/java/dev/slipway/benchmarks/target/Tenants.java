package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** API keys of callers whom a server tells apart, and the file that tells it what they may do. */
public final class Tenants {
    /** Who asks seldom. */
    public static final String QUIET = "quiet";
    /** Who asks for more than there is. */
    public static final String NOISY = "noisy";

    private static final Pattern KEY = Pattern.compile("slipway_[a-z2-7]{12}_[A-Za-z0-9_-]{43}");

    private final Path folder;

    /** @param work takes the folder with the keys */
    public Tenants(Path work) {
        this.folder = work.resolve("tenants");
    }

    /** Makes keys, which are for one server; returns the file of access rules. */
    Path make(Path program) throws IOException {
        Files.createDirectories(folder);
        Path keys = folder.resolve("keys.txt");
        Files.deleteIfExists(keys);
        for (String name : List.of(QUIET, NOISY)) {
            Matcher key = KEY.matcher(Command.run(
                    List.of(program.toString(), "key", "create", "--file=" + keys, "--name=" + name, "--role=caller")));
            if (!key.find()) {
                throw new IOException("'slipway key create' printed no key");
            }
            Files.writeString(folder.resolve(name), key.group());
        }
        return Files.writeString(folder.resolve("access.yaml"), "keys: keys.txt\nanonymous: [caller]\n");
    }

    /** Whose key to show. */
    public String key(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}

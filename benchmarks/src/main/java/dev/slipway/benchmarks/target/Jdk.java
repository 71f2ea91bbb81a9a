package dev.slipway.benchmarks.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java of this machine.
 *
 * @param home its folder
 * @param feature its version, such as 17
 */
public record Jdk(Path home, int feature) {
    private static final Path HOMES = Path.of("/usr/lib/jvm");
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
    private static final int OLDEST = 17;

    /** Those of the machine that can run the server, oldest first; the one that runs this when there are no others. */
    public static List<Jdk> all() throws IOException {
        List<Jdk> found = new ArrayList<>();
        if (Files.isDirectory(HOMES)) {
            try (Stream<Path> homes = Files.list(HOMES)) {
                for (Path home : (Iterable<Path>) homes::iterator) {
                    if (Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)
                            && Files.isExecutable(home.resolve("bin/java"))) {
                        read(home, found);
                    }
                }
            }
        }
        if (found.isEmpty()) {
            found.add(new Jdk(
                    Path.of(System.getProperty("java.home")), Runtime.version().feature()));
        }
        found.sort(Comparator.comparingInt(Jdk::feature));
        return found;
    }

    private static void read(Path home, List<Jdk> found) throws IOException {
        Path release = home.resolve("release");
        Matcher version = VERSION.matcher(Files.isReadable(release) ? Files.readString(release) : "");
        if (version.find() && Integer.parseInt(version.group(1)) >= OLDEST) {
            found.add(new Jdk(home, Integer.parseInt(version.group(1))));
        }
    }
}

package dev.slipway.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lists of what others wrote, where a build with {@code -Pgate} or {@code -Prelease} made them and looked at licences. */
class ThirdPartyTest {
    private static final Path ROOT = Path.of(System.getProperty("slipway.root"));
    private static final Path LISTS = ROOT.resolve("target/third-party");

    /** Such as {@code (MIT) jhdf (io.jhdf:jhdf:0.13.0 - https://jhdf.io/)}. */
    private static final Pattern LINE = Pattern.compile("\\s*\\((.+?)\\) .*\\(([^():]+:[^():]+:[^():]+?) - .*\\)");

    private static String list(String module) throws IOException {
        Path list = LISTS.resolve("slipway-" + module + ".txt");
        assumeTrue(Files.exists(list), "neither -Pgate nor -Prelease");
        return Files.readString(list);
    }

    @Test
    void haveAllThatBackendInstallFetches() throws IOException {
        try (Stream<Path> backends = Files.list(ROOT.resolve("backends"))) {
            for (Path backend : backends.filter(folder -> Files.exists(folder.resolve("artifacts.lock")))
                    .toList()) {
                String list = list("backend-" + backend.getFileName());
                for (String line : Files.readAllLines(backend.resolve("artifacts.lock"))) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        String[] name = line.split(" ")[2].split(":");
                        assertThat(list).contains("(" + name[0] + ":" + name[1] + ":" + name[2] + " - ");
                    }
                }
            }
        }
    }

    @Test
    void sayALicenceOfEach() throws IOException {
        for (String module : List.of("server", "backend-tensorflow", "backend-torch")) {
            assertThat(list(module).lines().filter(line -> line.contains(" - ")))
                    .isNotEmpty()
                    .allSatisfy(line -> {
                        Matcher parts = LINE.matcher(line);
                        assertThat(parts.matches()).as(line).isTrue();
                        assertThat(parts.group(1)).isNotBlank().doesNotContain("Unknown");
                    });
        }
    }
}

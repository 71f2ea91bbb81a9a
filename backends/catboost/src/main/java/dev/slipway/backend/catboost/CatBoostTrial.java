package dev.slipway.backend.catboost;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.catboost.CatBoostModel;
import ai.catboost.common.NativeLib;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.TrialProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Opens a file, and asks it a row, in a process of its own first: native code reads what only it understands, the counters' tables. */
final class CatBoostTrial {
    private static final Duration TIME_MAX = Duration.ofMinutes(2);

    private CatBoostTrial() {}

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when the file is refused, or ends the process */
    static void check(String file, Path path) {
        Set<Path> classPath = new LinkedHashSet<>();
        for (Class<?> needed : List.of(
                CatBoostTrial.class,
                TrialProcess.class,
                SlipwayException.class,
                CatBoostModel.class,
                NativeLib.class,
                org.slf4j.LoggerFactory.class)) {
            classPath.add(TrialProcess.origin(needed));
        }
        try {
            Path folder = Files.createTempDirectory("slipway-catboost-");
            try {
                // The library is unpacked there; a child that is ended by it does not clean up.
                new TrialProcess(
                                new ArrayList<>(classPath),
                                CatBoostTrial.class.getName(),
                                List.of("-Djava.io.tmpdir=" + folder),
                                TIME_MAX)
                        .check(
                                "'%s'".formatted(file),
                                List.of(path.toAbsolutePath().toString()));
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be tried: %s".formatted(file, e), e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The child: a file. */
    public static void main(String[] arguments) {
        try {
            CbmFile checked = CbmFile.of(Path.of(arguments[0]));
            try (Scorer scorer = Scorer.open(checked)) {
                String[][] categories = new String[1][checked.categories().size()];
                Arrays.fill(categories[0], "");
                scorer.raw(
                        new float[1][checked.numbers().size()],
                        checked.categories().isEmpty() ? null : categories);
            }
            System.out.println(TrialProcess.WELL);
        } catch (SlipwayException e) {
            System.out.println(e.getMessage());
        }
    }
}

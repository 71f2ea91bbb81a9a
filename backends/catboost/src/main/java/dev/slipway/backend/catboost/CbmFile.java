package dev.slipway.backend.catboost;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A CatBoost model that has passed every check that needs no native code: {@code CBM1}, the length of a FlatBuffers table, the
 * table, and what it calls parts.
 *
 * @param bytes the file, read once: what was checked is what is run
 * @param numbers names of float features, by their index
 * @param categories names of categorical features, by their index
 * @param dimension how many values a prediction has
 * @param info what was noted in training
 * @see <a href="https://github.com/catboost/catboost/blob/master/catboost/libs/model/flatbuffers/model.fbs">model.fbs</a>
 */
record CbmFile(
        String file,
        ByteBuffer bytes,
        List<String> numbers,
        List<String> categories,
        int dimension,
        int trees,
        Map<String, String> info) {
    private static final long BYTES_MAX = 1L << 30;
    private static final int FEATURES_MAX = 1_000_000;
    private static final int HEAD_BYTES = 8;

    /** @throws SlipwayException as {@code Loader.describe} */
    static CbmFile of(Path path) {
        String file = String.valueOf(path.getFileName());
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw refused(file, INVALID_ARGUMENT, Files.size(path) + " bytes", "1 GiB at most");
            }
            return of(file, Files.readAllBytes(path));
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file, e), e);
        }
    }

    private static CbmFile of(String file, byte[] bytes) {
        if (bytes.length < HEAD_BYTES || bytes[0] != 'C' || bytes[1] != 'B' || bytes[2] != 'M' || bytes[3] != '1') {
            throw refused(file, INVALID_ARGUMENT, "another beginning", "CBM1: model.save_model(path), format cbm");
        }
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long core = all.getInt(4) & 0xffffffffL;
        if (core < HEAD_BYTES || core > bytes.length - HEAD_BYTES) {
            throw refused(
                    file, INVALID_ARGUMENT, "%d bytes for a core of %d".formatted(bytes.length, core), "all of it");
        }
        try {
            FlatTable root = FlatTable.root(all.slice(HEAD_BYTES, (int) core).order(ByteOrder.LITTLE_ENDIAN));
            return read(file, bytes, root);
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is a CatBoost model that is damaged: %s (expected: FlatBuffers tables within the file)"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    private static CbmFile read(String file, byte[] bytes, FlatTable root) {
        if (!root.text(0).equals("FlabuffersModel_v1")) {
            throw refused(file, UNIMPLEMENTED, "format '%s'".formatted(shown(root.text(0))), "FlabuffersModel_v1");
        }
        FlatTable trees = root.table(1);
        if (trees.size(12, 4) > 0) {
            throw refused(file, UNIMPLEMENTED, "text features", "float and categorical ones");
        }
        int dimension = trees.number(0, 0);
        if (dimension < 1 || dimension > FEATURES_MAX) {
            throw refused(file, INVALID_ARGUMENT, "%d values a prediction".formatted(dimension), "1 or more");
        }
        new TreeCheck(file, trees, dimension).check();
        Set<String> names = new HashSet<>();
        List<String> numbers = names(file, trees.tables(5), 1, 2, 4, names);
        List<String> categories = names(file, trees.tables(4), 0, 1, 2, names);
        Map<String, String> info = new LinkedHashMap<>();
        for (FlatTable entry : root.tables(2)) {
            info.put(entry.text(0), entry.text(1));
        }
        return new CbmFile(file, ByteBuffer.wrap(bytes), numbers, categories, dimension, trees.size(2, 4), info);
    }

    /** Names by index; a feature without a name is called by its place among all. */
    private static List<String> names(
            String file, List<FlatTable> features, int indexSlot, int flatSlot, int nameSlot, Set<String> seen) {
        List<String> names = new ArrayList<>();
        for (FlatTable feature : features) {
            int index = feature.number(indexSlot, -1);
            String name = feature.text(nameSlot).isEmpty()
                    ? String.valueOf(feature.number(flatSlot, -1))
                    : feature.text(nameSlot);
            if (index != names.size() || !seen.add(name) || seen.size() > FEATURES_MAX) {
                throw refused(
                        file,
                        INVALID_ARGUMENT,
                        "feature '%s' with index %d".formatted(shown(name), index),
                        "names that differ, and index %d".formatted(names.size()));
            }
            names.add(name);
        }
        return names;
    }

    /** The same without the file's bytes, once a model was made of them. */
    CbmFile withoutBytes() {
        return new CbmFile(file, ByteBuffer.allocate(0), numbers, categories, dimension, trees, info);
    }

    static SlipwayException refused(String file, ErrorCode code, String found, String expected) {
        return new SlipwayException(
                code,
                "'%s' is no CatBoost model that can be served: it has %s (expected: %s)"
                        .formatted(file, found, expected));
    }

    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }
}

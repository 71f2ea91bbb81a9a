package dev.slipway.backend.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are broken, or made to do harm. */
class HostileFilesTest {
    @TempDir
    Path folder;

    private static byte[] model(String name) throws IOException {
        return Files.readAllBytes(Fixtures.models().resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense.h5", "dense.keras"})
    void refusesFilesThatAreCutAnywhere(String name) throws IOException {
        byte[] whole = model(name);
        String suffix = name.substring(name.indexOf('.'));
        for (int length = 0; length < whole.length; length += whole.length / 97) {
            Path file = Files.write(folder.resolve("cut" + suffix), Arrays.copyOf(whole, length));
            Path out = Files.createDirectories(folder.resolve("out"));
            assertThatThrownBy(() -> new KerasImporter().write(file, out))
                    .as("%d bytes of %d", length, whole.length)
                    .isInstanceOf(SlipwayException.class);
            assertThat(out).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense.h5", "dense.keras", "frozen.h5"})
    void survivesFilesInWhichBytesAreWrong(String name) throws IOException {
        byte[] whole = model(name);
        Random random = new Random(11);
        String suffix = name.substring(name.indexOf('.'));
        Path out = Files.createDirectories(folder.resolve("out"));
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] wrong = whole.clone();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                wrong[random.nextInt(wrong.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("wrong" + suffix), wrong);
            try {
                for (Path written : new KerasImporter().write(file, out)) {
                    Files.delete(written);
                }
            } catch (SlipwayException e) {
                refused++;
                assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNIMPLEMENTED);
            }
            assertThat(out).isEmptyDirectory();
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "\"Dense\", \"Lambda\", UNIMPLEMENTED, code of the model's author",
        "\"Dense\", \"MyOwn\", UNIMPLEMENTED, layer 'dense' (MyOwn)",
        "\"units\": 4, \"units\": 5, INVALID_ARGUMENT, weight 'kernel' has shape",
        "\"units\": 4, \"units\": \"many\", INVALID_ARGUMENT, whole number",
        "\"relu\", \"own_function\", UNIMPLEMENTED, activation 'own_function'",
        "\"class_name\": \"Sequential\", \"class_name\": \"MyModel\", UNIMPLEMENTED, the model's class is 'MyModel'",
        "'{\"module\"', '[[[[', INVALID_ARGUMENT, is no JSON",
        "\"keras.layers\", \"my.layers\", UNIMPLEMENTED, layer 'dense' (Dense)"
    })
    void namesWhatItCanNotTurn(String what, String by, ErrorCode code, String reason) throws IOException {
        Path file = archive(entries -> entries.put(
                "config.json",
                text(entries.get("config.json")).replace(what, by).getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> Translations.of(file))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(reason);
    }

    @Test
    void refusesAStateThatIsKept() throws IOException {
        Path file = rewritten(
                "states.keras",
                entries -> entries.put(
                        "config.json",
                        text(entries.get("config.json"))
                                .replace("\"stateful\": false", "\"stateful\": true")
                                .getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> Translations.of(file))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("stateful: true")
                .hasMessageContaining("(LSTM)");
    }

    @Test
    void readsWeightsThatArePacked() throws IOException {
        Path file = archive(entries -> {}, ZipEntry.DEFLATED);
        assertThat(Translations.of(file).outputs()).hasSize(1);
    }

    @Test
    void refusesAnArchiveThatUnpacksWithoutEnd() throws IOException {
        Path file = archive(entries -> entries.put("model.weights.h5", new byte[64 << 20]), ZipEntry.DEFLATED);
        assertThatThrownBy(() -> Translations.of(file))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void refusesAnArchiveWithoutItsParts() throws IOException {
        Path noConfig = archive(entries -> entries.remove("config.json"));
        assertThatThrownBy(() -> Translations.of(noConfig)).hasMessageContaining("has no 'config.json'");
        Path noWeights = archive(entries -> entries.remove("model.weights.h5"));
        assertThatThrownBy(() -> Translations.of(noWeights)).hasMessageContaining("has no 'model.weights.h5'");
    }

    @Test
    void leavesNoFileOpen() throws IOException {
        Path file = Files.write(folder.resolve("open.h5"), model("dense.h5"));
        Translations.of(file);
        Path descriptors = Path.of("/proc/self/fd");
        if (Files.isDirectory(descriptors)) {
            try (Stream<Path> open = Files.list(descriptors)) {
                assertThat(open.filter(one -> isLinkTo(one, file))).isEmpty();
            }
            assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(file.toString());
        }
    }

    private static boolean isLinkTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void refusesAFolderOfSeveralModels() throws IOException {
        Files.write(folder.resolve("a.h5"), model("dense.h5"));
        Files.write(folder.resolve("b.h5"), model("dense.h5"));
        assertThatThrownBy(() -> ModelFiles.at(folder))
                .hasMessageContaining("a.h5")
                .hasMessageContaining("b.h5");
        Files.write(folder.resolve("model.h5"), model("dense.h5"));
        assertThat(ModelFiles.at(folder).orElseThrow().name()).isEqualTo("model.h5");
        Files.write(folder.resolve("model.keras"), model("dense.keras"));
        assertThat(ModelFiles.at(folder).orElseThrow().name()).isEqualTo("model.keras");
    }

    /** Changes the entries of an archive. */
    private interface Change {
        void of(Map<String, byte[]> entries);
    }

    private Path archive(Change change) throws IOException {
        return archive(change, ZipEntry.STORED);
    }

    private Path archive(Change change, int method) throws IOException {
        return rewritten("dense.keras", change, method);
    }

    private Path rewritten(String name, Change change) throws IOException {
        return rewritten(name, change, ZipEntry.STORED);
    }

    private Path rewritten(String name, Change change, int method) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(Fixtures.models().resolve(name).toFile())) {
            for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        change.of(entries);
        Path file = folder.resolve("changed.keras");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                CRC32 checksum = new CRC32();
                checksum.update(entry.getValue());
                header.setMethod(method);
                header.setSize(entry.getValue().length);
                header.setCrc(checksum.getValue());
                out.putNextEntry(header);
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return file;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

package dev.slipway.source.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.source.cache.Trees;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as people make them, and as enemies do. */
class ArchiveTest {
    private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path temp;

    private Path outside;
    private Path folder;
    private Path file;

    @BeforeEach
    void makeFolders() throws IOException {
        outside = temp.resolve("outside");
        folder = Files.createDirectories(outside.resolve("a/b/files"));
        file = temp.resolve("download");
    }

    @ParameterizedTest(name = "{0} holding {1}, version {2}: the model is in ''{3}''")
    @CsvSource({
        "m.tar.gz, model.onnx, , ''",
        "m.tgz, ./model.onnx, , ''",
        "m.tar, fraud/model.onnx, , fraud",
        "m.zip, fraud/7/model.onnx, , fraud/7",
        "m.mar, MAR-INF/MANIFEST.json model.py, , ''",
        "m.tar.gz, 1/model.onnx 12/model.onnx 7/model.onnx, , 12",
        "m.tar.gz, 1/model.onnx 12/model.onnx 7/model.onnx, 7, 7",
        "m.tar.gz, 1/model.onnx 12/model.onnx, 9, 12",
        "m.zip, fraud/config.pbtxt fraud/1/model.onnx, , fraud/1",
        "m.zip, saved_model.pb variables/variables.index assets/words, , ''",
        "m.zip, fraud/model.onnx __MACOSX/fraud/._model.onnx .DS_Store, , fraud",
    })
    void findsTheModelWhereALocalOneWouldBe(String name, String paths, Long version, String place) throws IOException {
        write(name, paths.split(" "));
        Path model = unpack(name, version == null ? OptionalLong.empty() : OptionalLong.of(version));
        assertThat(model).isEqualTo(folder.resolve(place));
        for (String path : paths.split(" ")) {
            if (!path.contains("MACOSX")) {
                assertThat(folder.resolve(path).normalize()).hasBinaryContent(CONTENT);
            }
        }
    }

    @Test
    void takesASingleFileAsItIs() throws IOException {
        Files.write(file, CONTENT);
        assertThat(unpack("fraud.onnx", OptionalLong.empty())).isEqualTo(folder.resolve("fraud.onnx"));
        assertThat(folder.resolve("fraud.onnx")).hasBinaryContent(CONTENT);
    }

    @Test
    void leavesModelsThatAreZipsTogether() throws IOException {
        write("x.zip", "model/data.pkl");
        assertThat(unpack("fraud.pt", OptionalLong.empty())).isRegularFile().hasFileName("fraud.pt");
    }

    @Test
    void goesByTheBytesWhenTheNameSaysLittle() throws IOException {
        write("x.zip", "fraud/model.onnx");
        assertThat(unpack("download", OptionalLong.empty())).isEqualTo(folder.resolve("fraud"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "../../evil",
                "a/../../evil",
                "/evil",
                "a/b/../../../evil",
                "..\\evil",
                "C:\\evil",
                "C:/evil",
                "a\u0000b",
                "evil\n",
            })
    void letsNothingOutOfItsFolder(String path) throws IOException {
        for (String name : new String[] {"m.zip", "m.tar.gz"}) {
            if (name.equals("m.zip") || path.indexOf('\0') < 0) {
                write(name, path);
                SlipwayException error = failure(name);
                assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                assertThat(error.getMessage()).doesNotContainPattern("\\p{Cntrl}");
                assertNothingOutside();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            chars = {
                (char) TarConstants.LF_SYMLINK,
                (char) TarConstants.LF_LINK,
                (char) TarConstants.LF_CHR,
                (char) TarConstants.LF_BLK,
                (char) TarConstants.LF_FIFO
            })
    void refusesLinksAndDevicesInTars(char kind) throws IOException {
        try (TarArchiveOutputStream tar = tar()) {
            TarArchiveEntry entry = new TarArchiveEntry("link", (byte) kind);
            entry.setLinkName("/etc");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
            put(tar, "link/passwd");
        }
        assertThat(failure("m.tar.gz")).hasMessageContaining("expected: files and folders");
        assertThat(folder.resolve("link")).doesNotExist();
        assertNothingOutside();
    }

    @Test
    void refusesLinksInZips() throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            ZipArchiveEntry entry = new ZipArchiveEntry("link");
            entry.setUnixMode(0120777);
            zip.putArchiveEntry(entry);
            zip.write("/etc".getBytes(StandardCharsets.UTF_8));
            zip.closeArchiveEntry();
        }
        assertThat(failure("m.zip")).hasMessageContaining("is a link");
        assertThat(Files.exists(folder.resolve("link"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.zip", "m.tar.gz"})
    void stopsWhenSomethingSmallBecomesLarge(String name) throws IOException {
        byte[] zeros = new byte[4 << 20];
        if (name.equals("m.zip")) {
            try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
                put(zip, "zeros", zeros);
            }
        } else {
            try (TarArchiveOutputStream tar = tar()) {
                put(tar, "zeros", zeros);
            }
        }
        ArchiveLimits ratio = new ArchiveLimits(10, 1 << 30, 20, 1 << 20);
        assertThat(failure(name, ratio)).hasMessageContaining("more than 20 times as much");
        clear();
        ArchiveLimits bytes = new ArchiveLimits(10, 3 << 20, 1_000_000, 0);
        assertThat(failure(name, bytes)).hasMessageContaining("more than 3.0 MiB");
        assertThat(folder.resolve("zeros").toFile().length()).isLessThanOrEqualTo(3 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.zip", "m.tar.gz"})
    void stopsAtTooManyEntries(String name) throws IOException {
        write(name, "a", "b", "c", "d");
        assertThat(failure(name, new ArchiveLimits(3, 1 << 20, 100, 1 << 20)))
                .hasMessageContaining("more than 3 entries");
    }

    @Test
    void refusesADirectoryOfAZipThatWouldFillTheMemory() throws IOException {
        String longName = "n".repeat(200);
        String[] names =
                Stream.iterate(0, i -> i + 1).limit(30).map(i -> longName + i).toArray(String[]::new);
        write("m.zip", names);
        assertThat(failure("m.zip", new ArchiveLimits(5, 1 << 20, 100, 1 << 20)))
                .hasMessageContaining("archive's directory has");
    }

    @Test
    void refusesAHeaderOfATarThatWouldFillTheMemory() throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            entry.setSize(64 << 20);
            byte[] header = new byte[512];
            entry.writeEntryHeader(header);
            out.write(header);
            byte[] name = new byte[1 << 20];
            Arrays.fill(name, (byte) 'x');
            for (int i = 0; i < 64; i++) {
                out.write(name);
            }
        }
        assertThat(failure("m.tar.gz")).hasMessageContaining("a header of more than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.zip", "m.tar.gz", "m.tar"})
    void refusesWhatIsCutOff(String name) throws IOException {
        write(name, "a", "b", "c/d");
        byte[] whole = Files.readAllBytes(file);
        for (int length = whole.length - (name.equals("m.tar") ? 9000 : 1); length > 520; length -= 97) {
            clear();
            Files.write(file, Arrays.copyOf(whole, length));
            SlipwayException error = failure(name);
            assertThat(error).as("%d of %d bytes", length, whole.length).isNotNull();
            assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.zip", "m.tar.gz"})
    void refusesANameThatComesTwice(String name) throws IOException {
        write(name, "a", "a");
        assertThat(failure(name)).hasMessageContaining("'a' twice");
        clear();
        write(name, "a", "a/b");
        assertThat(failure(name)).hasMessageContaining("twice, or as a file and a folder");
    }

    @ParameterizedTest
    @CsvSource({
        "m.tar.gz, <html>, INVALID_ARGUMENT, begins with '<html>'",
        "m.zip, PK, INVALID_ARGUMENT, is no archive",
        "m.onnx, BZh91AY, UNIMPLEMENTED, compressed with bzip2",
        "m, 7z, UNIMPLEMENTED, compressed with 7z",
    })
    void saysWhatItIsInstead(String name, String begin, ErrorCode code, String words) throws IOException {
        byte[] bytes = begin.equals("7z")
                ? new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c, 0, 4}
                : begin.getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes);
        SlipwayException error = failure(name);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error).hasMessageContaining(words);
    }

    @Test
    void refusesAGzipThatHoldsNoTar() throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(CONTENT);
        }
        assertThat(failure("fraud.onnx.gz")).hasMessageContaining("gzip without a tar");
    }

    private void write(String name, String... paths) throws IOException {
        if (name.endsWith(".zip") || name.endsWith(".mar")) {
            try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
                for (String path : paths) {
                    put(zip, path, CONTENT);
                }
            }
        } else {
            OutputStream out = Files.newOutputStream(file);
            try (TarArchiveOutputStream tar =
                    new TarArchiveOutputStream(name.endsWith(".tar") ? out : new GZIPOutputStream(out))) {
                for (String path : paths) {
                    put(tar, path);
                }
            }
        }
    }

    private TarArchiveOutputStream tar() throws IOException {
        return new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
    }

    private static void put(TarArchiveOutputStream tar, String path) throws IOException {
        put(tar, path, CONTENT);
    }

    private static void put(TarArchiveOutputStream tar, String path, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setName(path);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void put(ZipArchiveOutputStream zip, String path, byte[] content) throws IOException {
        // A name is written as it is: without this, a backslash would be turned.
        ZipArchiveEntry entry = new ZipArchiveEntry(path) {
            @Override
            public String getName() {
                return path;
            }
        };
        zip.putArchiveEntry(entry);
        zip.write(content);
        zip.closeArchiveEntry();
    }

    private Path unpack(String name, OptionalLong version) {
        return new Archive(ArchiveLimits.DEFAULT).unpack(file, name, folder, version);
    }

    private SlipwayException failure(String name) {
        return failure(name, ArchiveLimits.DEFAULT);
    }

    private SlipwayException failure(String name, ArchiveLimits limits) {
        return catchThrowableOfType(
                SlipwayException.class, () -> new Archive(limits).unpack(file, name, folder, OptionalLong.empty()));
    }

    private void clear() throws IOException {
        Trees.delete(folder);
        Files.createDirectories(folder);
    }

    private void assertNothingOutside() throws IOException {
        try (Stream<Path> all = Files.walk(temp)) {
            assertThat(all.filter(Files::isRegularFile).filter(path -> !path.startsWith(folder)))
                    .containsExactly(file);
        }
    }
}

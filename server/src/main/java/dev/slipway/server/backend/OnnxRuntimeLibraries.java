package dev.slipway.server.backend;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's native libraries, unpacked once into the distribution: {@code backends/onnx/native/PLATFORM-CRC/}. The
 * runtime would else unpack some 25 MB into the temporary folder at each start.
 */
final class OnnxRuntimeLibraries {
    /** Tells the runtime where its libraries lie. */
    static final String PROPERTY = "onnxruntime.native.path";

    private static final String IN_JAR = "ai/onnxruntime/native/";

    private static final System.Logger LOG = System.getLogger(OnnxRuntimeLibraries.class.getName());

    private OnnxRuntimeLibraries() {}

    /**
     * Makes the runtime use the unpacked libraries, unless the user has named others. Where they can't be unpacked, say
     * because the distribution can't be written to, the runtime does as it always does.
     *
     * @param backend the folder with the runtime's jar
     */
    static void use(Path backend) {
        if (System.getProperty(PROPERTY) != null || !Files.isDirectory(backend)) {
            return;
        }
        try {
            Path folder = unpack(backend, platform(System.getProperty("os.name"), System.getProperty("os.arch")));
            if (folder != null) {
                System.setProperty(PROPERTY, folder.toString());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the native libraries of '" + backend + "' can't be unpacked", e);
        }
    }

    /** How the runtime's jar calls a platform, such as {@code linux-x64}. */
    static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        boolean mac = os.contains("mac") || os.contains("darwin");
        String system = mac ? "osx" : os.contains("win") ? "win" : "linux";
        return system + "-" + (osArch.equals("amd64") || osArch.equals("x86_64") ? "x64" : osArch);
    }

    /**
     * Unpacks what is not there yet, or is not as long as it should be.
     *
     * @return the folder with the libraries; null when no jar in {@code backend} has any for {@code platform}
     */
    static @Nullable Path unpack(Path backend, String platform) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(backend, "onnxruntime*.jar")) {
            for (Path jar : jars) {
                try (ZipFile zip = new ZipFile(jar.toFile())) {
                    List<ZipEntry> libraries = libraries(zip, IN_JAR + platform + "/");
                    if (!libraries.isEmpty()) {
                        return unpack(zip, libraries, backend.resolve("native"), platform);
                    }
                }
            }
        }
        return null;
    }

    private static List<ZipEntry> libraries(ZipFile zip, String folder) {
        List<ZipEntry> found = new ArrayList<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            if (name.startsWith(folder) && name.length() > folder.length() && name.indexOf('/', folder.length()) < 0) {
                found.add(entry);
            }
        }
        return found;
    }

    private static Path unpack(ZipFile zip, List<ZipEntry> libraries, Path parent, String platform) throws IOException {
        Path folder = parent.resolve(platform + "-" + fingerprint(libraries));
        boolean isNew = Files.notExists(folder);
        for (ZipEntry library : libraries) {
            Path file =
                    folder.resolve(library.getName().substring(library.getName().lastIndexOf('/') + 1));
            if (!Files.isReadable(file) || Files.size(file) != library.getSize()) {
                Files.createDirectories(folder);
                write(zip, library, file);
            }
        }
        if (isNew) {
            deleteOthers(parent, folder);
        }
        return folder;
    }

    /** Another for each set of contents, so that a process never gets other files than those of its own jar. */
    private static String fingerprint(List<ZipEntry> libraries) {
        CRC32 crc = new CRC32();
        for (ZipEntry library : libraries) {
            crc.update(library.getName().getBytes(StandardCharsets.UTF_8));
            crc.update(ByteBuffer.allocate(Long.BYTES).putLong(library.getCrc()).flip());
        }
        return "%08x".formatted(crc.getValue());
    }

    /** Written aside, forced to the disk and renamed, so that under its name a file is always whole. */
    private static void write(ZipFile zip, ZipEntry library, Path file) throws IOException {
        Path part = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try (InputStream in = zip.getInputStream(library);
                FileChannel out = FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            in.transferTo(Channels.newOutputStream(out));
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Those of earlier jars; who still runs on them keeps them open. */
    private static void deleteOthers(Path parent, Path keep) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, folder -> !folder.equals(keep))) {
            for (Path folder : folders) {
                delete(folder);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "libraries of an earlier jar stay in '" + parent + "'", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}

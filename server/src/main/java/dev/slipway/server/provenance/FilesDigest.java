package dev.slipway.server.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The SHA-256 of a model. That of a single file is what {@code sha256sum FILE} prints. That of several is the one of the
 * lines that {@code sha256sum} prints of them, in the order of their paths, bytewise: in a folder,
 * {@code find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum}.
 */
final class FilesDigest {
    private static final int BUFFER_BYTES = 1 << 18;

    private FilesDigest() {}

    /**
     * @param roots files, and folders of which every file counts; at least one
     * @return in hexadecimal
     */
    static String of(List<Path> roots) throws IOException {
        if (roots.size() == 1 && Files.isRegularFile(roots.get(0))) {
            return hex(file(roots.get(0)));
        }
        SortedMap<String, Path> files = new TreeMap<>();
        for (Path root : roots) {
            Path top = root.toAbsolutePath();
            Path base = Files.isDirectory(top) ? top : Objects.requireNonNull(top.getParent());
            try (Stream<Path> all = Files.walk(top)) {
                all.filter(Files::isRegularFile)
                        .forEach(file ->
                                files.put(base.relativize(file).toString().replace('\\', '/'), file));
            }
        }
        MessageDigest whole = sha256();
        for (Map.Entry<String, Path> entry : files.entrySet()) {
            String line = hex(file(entry.getValue())) + "  " + entry.getKey() + "\n";
            whole.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return hex(whole.digest());
    }

    private static byte[] file(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return digest.digest();
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

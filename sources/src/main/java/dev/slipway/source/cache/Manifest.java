package dev.slipway.source.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an artifact is made of: each file's path, size and SHA-256. Its own SHA-256 is the artifact's address.
 *
 * @param lines in order of path
 */
record Manifest(List<Line> lines) {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * One file.
     *
     * @param path below the artifact's folder, with {@code /}
     */
    record Line(long bytes, String sha256, String path) {}

    /** Reads all files, and has the system write them to the disk. */
    static Manifest of(Path folder) throws IOException {
        List<Line> lines = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted().toList();
        }
        for (Path file : files) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                lines.add(new Line(Files.size(file), sha256(file), path));
                force(file);
            } else if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("%s is neither a file nor a folder".formatted(file.getFileName()));
            }
        }
        return new Manifest(lines);
    }

    /** @throws IOException when it is not one */
    static Manifest read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            String[] parts = text.split(" ", 3);
            try {
                lines.add(new Line(Long.parseLong(parts[0]), parts[1], parts[2]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("%s is no manifest: '%s'".formatted(file, text), e);
            }
        }
        return new Manifest(lines);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, text());
        force(file);
    }

    long bytes() {
        return lines.stream().mapToLong(Line::bytes).sum();
    }

    /** 64 hexadecimal digits. */
    String address() {
        return Hashes.sha256(text());
    }

    /** Whether all files are there, in their sizes; contents are not read again. */
    boolean matches(Path folder) throws IOException {
        for (Line line : lines) {
            Path file = folder.resolve(line.path());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != line.bytes()) {
                return false;
            }
        }
        return !lines.isEmpty();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.bytes())
                .append(' ')
                .append(line.sha256())
                .append(' ')
                .append(line.path())
                .append('\n'));
        return text.toString();
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Hashes.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Else a power cut could leave an empty file behind a complete artifact's name. */
    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}

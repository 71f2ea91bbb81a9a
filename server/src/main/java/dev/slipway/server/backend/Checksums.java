package dev.slipway.server.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether a file is the one that was pinned. */
final class Checksums {
    private static final int BUFFER_BYTES = 1 << 16;

    private Checksums() {}

    /** What is different; empty when nothing is. */
    static String difference(Artifact artifact, Path file) throws IOException {
        long size = Files.size(file);
        if (size != artifact.bytes()) {
            return "it has %d bytes (expected: %d)".formatted(size, artifact.bytes());
        }
        String found = sha256(file);
        return found.equals(artifact.sha256())
                ? ""
                : "it has SHA-256 %s (expected: %s)".formatted(found, artifact.sha256());
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

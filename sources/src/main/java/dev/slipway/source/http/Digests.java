package dev.slipway.source.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * What a server says of a whole file's bytes.
 *
 * @param stated hexadecimal digests by algorithm: {@code CRC32}, {@code CRC32C}, {@code MD5}, {@code SHA-256}
 */
record Digests(SortedMap<String, String> stated) {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Map<String, String> AMAZON = Map.of(
            "x-amz-checksum-sha256", "SHA-256", "x-amz-checksum-crc32", "CRC32", "x-amz-checksum-crc32c", "CRC32C");

    /** Those that an answer with the whole file states; what can't be read as one is passed over. */
    static Digests of(HttpHeaders headers) {
        SortedMap<String, String> stated = new TreeMap<>();
        boolean isOfParts = headers.firstValue("x-amz-checksum-type").orElse("").equalsIgnoreCase("COMPOSITE");
        if (!isOfParts) {
            AMAZON.forEach((header, algorithm) ->
                    headers.firstValue(header).ifPresent(value -> put(stated, algorithm, value)));
        }
        headers.firstValue("Content-MD5").ifPresent(value -> put(stated, "MD5", value));
        // RFC 9530 and RFC 3230.
        headers.allValues("Repr-Digest").forEach(value -> putAll(stated, value));
        headers.allValues("Digest").forEach(value -> putAll(stated, value));
        String stored = headers.firstValue("x-goog-stored-content-encoding").orElse("identity");
        if (stored.equals("identity")) {
            headers.allValues("x-goog-hash").forEach(value -> putAll(stated, value));
        }
        return new Digests(stated);
    }

    /** What does not agree with the file's bytes, in words; empty when all does. */
    Optional<String> mismatch(Path file) throws IOException {
        for (Map.Entry<String, String> entry : stated.entrySet()) {
            String found = digest(entry.getKey(), file);
            if (!found.equals(entry.getValue())) {
                return Optional.of("%s %s (expected: %s)".formatted(entry.getKey(), found, entry.getValue()));
            }
        }
        return Optional.empty();
    }

    /** Of a file's bytes, in hexadecimal digits. */
    static String digest(String algorithm, Path file) throws IOException {
        Checksum checksum = switch (algorithm) {
            case "CRC32" -> new CRC32();
            case "CRC32C" -> new CRC32C();
            default -> null;
        };
        if (checksum != null) {
            read(file, checksum::update);
            return HexFormat.of().toHexDigits((int) checksum.getValue());
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            read(file, digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("algorithm '%s' (expected: one of Java's)".formatted(algorithm), e);
        }
    }

    private interface Bytes {
        void take(byte[] buffer, int offset, int length);
    }

    private static void read(Path file, Bytes to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                to.take(buffer, 0, read);
            }
        }
    }

    /** {@code sha-256=:base64:, md5=base64}. */
    private static void putAll(SortedMap<String, String> stated, String list) {
        for (String item : list.split(",", -1)) {
            int equals = item.indexOf('=');
            String name = equals < 0 ? "" : item.substring(0, equals).strip().toUpperCase(Locale.ROOT);
            if (name.equals("SHA-256") || name.equals("MD5") || name.equals("CRC32C")) {
                put(stated, name, item.substring(equals + 1).strip().replaceAll("^:|:$", ""));
            }
        }
    }

    private static void put(SortedMap<String, String> stated, String algorithm, String base64) {
        int bytes = switch (algorithm) {
            case "SHA-256" -> 32;
            case "MD5" -> 16;
            default -> 4;
        };
        try {
            byte[] value = Base64.getDecoder().decode(base64.strip());
            if (value.length == bytes) {
                stated.put(algorithm, HexFormat.of().formatHex(value));
            }
        } catch (IllegalArgumentException e) {
            // Such as a checksum of checksums, which ends in "-4": it says nothing of the bytes in a row.
            stated.remove(algorithm);
        }
    }
}

package dev.slipway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The sum by which secrets are known that are shown with every request. Any thread. */
public final class Sha256 {
    /** Never used itself: a copy of it takes a fraction of the time of asking for one by name. */
    private static final MessageDigest UNUSED = byName();

    private Sha256() {}

    /** Of a text of ISO 8859-1: 32 bytes. */
    public static byte[] of(String text) {
        try {
            return ((MessageDigest) UNUSED.clone()).digest(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own SHA-256 can be copied", e);
        }
    }

    private static MessageDigest byName() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

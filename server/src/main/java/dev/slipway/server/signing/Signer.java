package dev.slipway.server.signing;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.provenance.FileHashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.SortedMap;

/** Writes signatures. */
public final class Signer {
    private final PrivateKey key;
    private final String keyId;

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it is no key of Ed25519 */
    public Signer(PrivateKey key) {
        this.key = key;
        this.keyId = KeyFiles.id(publicKey(key));
    }

    /** As {@link KeyFiles#id} names the key. */
    public String keyId() {
        return keyId;
    }

    /**
     * Signs a version's folder, or a single file, as it is now.
     *
     * @return the file that was written, or written anew
     */
    public Path sign(Path path) throws IOException {
        // Beside it, and then renamed: who looks meanwhile finds the old one or the new one. A run that was cut short
        // may have
        // left it there.
        Path signature = ModelFiles.signature(path.toAbsolutePath());
        Path made = signature.resolveSibling(signature.getFileName() + ".tmp");
        Files.deleteIfExists(made);
        ModelFiles files = ModelFiles.look(path);
        SortedMap<String, String> hashes = files.hashes(new FileHashes());
        if (hashes.isEmpty()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "'%s' holds no files (expected: those of a model)".formatted(path));
        }
        Files.write(made, FilesSignature.sign(hashes, key, keyId).written(), StandardOpenOption.CREATE_NEW);
        return Files.move(made, files.signature(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The JDK tells no public key of a private one, but makes the same pair again of the same 32 bytes. */
    private static PublicKey publicKey(PrivateKey key) {
        byte[] seed = key instanceof EdECPrivateKey edwards ? edwards.getBytes().orElse(null) : null;
        if (seed == null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "a key of %s (expected: of Ed25519)".formatted(key.getAlgorithm()));
        }
        SecureRandom known = new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        };
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(KeyFiles.ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, known);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + KeyFiles.ALGORITHM, e);
        }
    }
}

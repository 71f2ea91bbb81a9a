package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The path of a Unix domain socket: made free before it is bound, and taken away afterwards. */
final class SocketFile {
    /** What Linux has room for, less its final zero. */
    private static final int PATH_BYTES_MAX = 107;

    private SocketFile() {}

    /**
     * Takes away a socket that nobody listens on any more.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when somebody does, when another file is there, or when the path is
     *     none that a socket can have
     */
    static void claim(Path path) {
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PATH_BYTES_MAX) {
            throw failed(path, "has a path of %d bytes (expected: at most %d)".formatted(bytes, PATH_BYTES_MAX));
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isOther()) {
                throw failed(path, "is another kind of file (expected: a free path, or a socket left behind)");
            }
            if (isListening(path)) {
                throw failed(path, "is in use by a process that listens on it (expected: a path of its own)");
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION, "socket %s can't be replaced: %s".formatted(path, e), e);
        }
    }

    private static boolean isListening(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false; // Refused: it was left behind.
        }
    }

    private static SlipwayException failed(Path path, String what) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "socket %s %s".formatted(path, what));
    }
}

package dev.slipway.server.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket, for what no proper client sends. */
public final class RawClient implements AutoCloseable {
    /** The preface of HTTP/2, and empty SETTINGS. */
    public static final byte[] HTTP2_HELLO = concat(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});

    private final Socket socket;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends {@code text}, or as much of it as the server takes before it closes the connection. */
    public RawClient sendOrBeCutOff(String text) {
        try {
            return send(text);
        } catch (IOException closed) {
            return this;
        }
    }

    /** Sends {@code bytes} again and again until the server closes the connection. */
    public void sendUntilClosed(byte[] bytes) {
        try {
            while (true) {
                send(bytes);
                if (socket.getInputStream().available() > 0
                        && socket.getInputStream().read() < 0) {
                    return;
                }
            }
        } catch (IOException closed) {
            return;
        }
    }

    /** All that comes until the server closes the connection. */
    public String readAll() throws IOException {
        return new String(readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    public byte[] readAllBytes() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[8192];
        try {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                all.write(piece, 0, read);
            }
        } catch (java.net.SocketException reset) {
            // Closed with unread bytes: what came before counts.
        }
        return all.toByteArray();
    }

    /** What comes up to and with {@code end}. */
    public String readTo(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    public Socket socket() {
        return socket;
    }

    /** A frame of HTTP/2. */
    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return concat(
                new byte[] {
                    (byte) (payload.length >> 16),
                    (byte) (payload.length >> 8),
                    (byte) payload.length,
                    (byte) type,
                    (byte) flags,
                    (byte) (stream >> 24),
                    (byte) (stream >> 16),
                    (byte) (stream >> 8),
                    (byte) stream
                },
                payload);
    }

    /** A block of headers, each as a literal that is not indexed. */
    public static byte[] headers(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            block.write(0);
            for (String text : new String[] {namesAndValues[at], namesAndValues[at + 1]}) {
                byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
                block.write(bytes.length);
                block.writeBytes(bytes);
            }
        }
        return block.toByteArray();
    }

    public static byte[] concat(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

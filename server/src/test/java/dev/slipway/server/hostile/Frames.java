package dev.slipway.server.hostile;

import dev.slipway.server.transport.RawClient;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/2 on which any frame can be sent, in any order. */
final class Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    /** RFC 9113, section 7. */
    static final int PROTOCOL_ERROR = 1;

    static final int REFUSED_STREAM = 7;
    static final int ENHANCE_YOUR_CALM = 11;

    /** Of an ordinary request, whose body may follow. */
    static final byte[] POST = RawClient.headers(":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a");

    /** Small, so that a server that is not read notices soon. */
    private static final int RECEIVE_BYTES = 16 << 10;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /** What the server sent. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        /** Of a frame that ends a stream, or with {@code at} 4 the connection. */
        int code(int at) {
            return (payload[at] & 0xff) << 24
                    | (payload[at + 1] & 0xff) << 16
                    | (payload[at + 2] & 0xff) << 8
                    | (payload[at + 3] & 0xff);
        }
    }

    Frames(int port) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new DataInputStream(socket.getInputStream());
        send(RawClient.HTTP2_HELLO);
    }

    Frames send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    Frames send(int type, int flags, int stream, byte... payload) throws IOException {
        return send(RawClient.frame(type, flags, stream, payload));
    }

    /** Null at the end. */
    @Nullable
    Frame next() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            return new Frame(type, flags, stream, in.readNBytes(length));
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** The first frame of a type; null when the connection ends before. */
    @Nullable
    Frame next(int type) throws IOException {
        Frame frame = next();
        while (frame != null && frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** With which error the server ends the connection; -1 when it just closes it. */
    int end() throws IOException {
        Frame farewell = next(GO_AWAY);
        return farewell == null ? -1 : farewell.code(4);
    }

    /**
     * Sends {@code bytes} again and again, without reading, until the server closes the connection.
     *
     * @return how often
     */
    int flood(byte[] bytes, int timesMax) {
        for (int times = 0; times < timesMax; times++) {
            try {
                send(bytes);
            } catch (IOException closed) {
                return times;
            }
        }
        return timesMax;
    }

    static byte[] repeated(byte[] bytes, int times) {
        byte[] all = new byte[bytes.length * times];
        for (int at = 0; at < times; at++) {
            System.arraycopy(bytes, 0, all, at * bytes.length, bytes.length);
        }
        return all;
    }

    /** A header of a long value, without the byte that says what becomes of it. */
    static byte[] literal(String name, int valueBytes) {
        if (valueBytes < 127) {
            byte[] whole = RawClient.headers(name, "v".repeat(valueBytes));
            return java.util.Arrays.copyOfRange(whole, 1, whole.length);
        }
        int rest = valueBytes - 127; // RFC 7541, section 5.1: seven bits, then seven of the rest a byte.
        byte[] head = {(byte) name.length(), (byte) name.charAt(0), 127, (byte) (rest & 127 | 128), (byte) (rest >> 7)};
        byte[] value = new byte[valueBytes];
        java.util.Arrays.fill(value, (byte) 'v');
        return RawClient.concat(head, value);
    }

    static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

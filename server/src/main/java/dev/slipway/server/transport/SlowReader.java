package dev.slipway.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Tells when the client of one connection reads next to nothing of what waits for it. */
final class SlowReader {
    private long writtenBytes;
    private boolean unread;
    private long unreadSinceNanos;
    private long readBytesBefore;

    /** So many bytes more are there to be read. */
    void written(long bytes) {
        writtenBytes += bytes;
    }

    /** Whether something waited to be read at the last look. */
    boolean isUnread() {
        return unread;
    }

    /** Whether the client has left bytes unread for longer than {@code graceNanos}, and read next to nothing since. */
    boolean isStalled(Channel channel, long nowNanos, long graceNanos) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long pendingBytes = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        if (pendingBytes == 0) {
            unread = false;
            return false;
        }
        long readBytes = writtenBytes - pendingBytes;
        if (!unread) {
            unread = true;
            unreadSinceNanos = nowNanos;
            readBytesBefore = readBytes;
            return false;
        }
        long nanos = nowNanos - unreadSinceNanos;
        if (nanos <= graceNanos) {
            return false;
        }
        double expectedBytes = nanos / 1e9 * ConnectionGuard.READ_BYTES_PER_SECOND_MIN;
        if (readBytes - readBytesBefore < expectedBytes) {
            return true;
        }
        unreadSinceNanos = nowNanos;
        readBytesBefore = readBytes;
        return false;
    }
}

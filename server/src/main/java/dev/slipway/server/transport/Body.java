package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one body, gathered as they come, within a limit and a budget. A body that comes in one piece is never
 * copied. Large ones of known length are {@linkplain #expectPooled gathered off the heap}, each byte copied once. Of the
 * others, up to {@value #SEGMENT_BYTES} bytes are gathered in one array that doubles; what is longer lies in segments, and
 * must be {@linkplain #join() joined}, which is work that no event loop should do. For one thread at a time.
 */
final class Body {
    static final int SEGMENT_BYTES = 256 * 1024;

    /** The smallest body that is gathered off the heap. */
    static final int POOLED_BYTES_MIN = 32 * 1024;

    private static final ByteBuffer EMPTY = ByteBuffer.wrap(new byte[0]);

    /** What became of a piece. */
    enum Verdict {
        TAKEN,
        /** The body would exceed its limit. */
        TOO_LARGE,
        /** The budget of all bodies is used up. */
        NO_MEMORY,
        /** The bytes are not what was to be inflated. */
        NOT_GZIP
    }

    private final MemoryBudget budget;
    private final int bytesMax;
    private List<byte[]> fullSegments = List.of();
    private @Nullable PooledBody pooled;
    private @Nullable ByteBuffer onlyPiece;
    private byte @Nullable [] segment;
    private int filled;
    private int length;
    private int heldBytes;
    private int expectedBytes;

    Body(MemoryBudget budget, int bytesMax) {
        this.budget = budget;
        this.bytesMax = bytesMax;
    }

    /** Says how long the body will be, where that is known; it costs at most a segment when it is not true. */
    void expect(long totalBytes) {
        expectedBytes = (int) Math.min(totalBytes, bytesMax);
    }

    /**
     * As {@link #expect}, before the first piece; a large body is then gathered off the heap.
     *
     * @param alignedAt offset of the byte that is best at a multiple of 64 in memory, where its tensor begins
     */
    void expectPooled(long totalBytes, int alignedAt) {
        expect(totalBytes);
        if (expectedBytes >= POOLED_BYTES_MIN && length == 0) {
            pooled = new PooledBody(expectedBytes, alignedAt);
        }
    }

    /** Bytes so far. */
    int length() {
        return length;
    }

    /** The pooled memory that {@link #view} is of, for the caller to release; null when it is on the heap. */
    @Nullable
    ByteBuf retain() {
        return pooled == null ? null : pooled.retain();
    }

    /** Adds a copy of {@code piece}. */
    Verdict addCopy(ByteBuf piece) {
        PooledBody target = pooled;
        int more = piece.readableBytes();
        if (target == null) {
            if (more > bytesMax - length) {
                return Verdict.TOO_LARGE;
            }
            byte[] copy = new byte[more];
            piece.getBytes(piece.readerIndex(), copy);
            return add(ByteBuffer.wrap(copy));
        }
        Verdict verdict = makeRoom(target, more);
        if (verdict == Verdict.TAKEN) {
            target.add(piece);
            length += more;
        }
        return verdict;
    }

    private Verdict makeRoom(PooledBody target, int more) {
        if (more > bytesMax - length) {
            return Verdict.TOO_LARGE;
        }
        int before = target.capacity();
        int capacity = target.capacityFor(length + more);
        if (capacity > before) {
            if (!budget.tryTake(capacity, expectedBytes)) {
                return Verdict.NO_MEMORY;
            }
            heldBytes += capacity;
            target.grow(capacity);
            giveBack(before);
        }
        return Verdict.TAKEN;
    }

    /** Adds {@code piece}, which the body may keep. */
    Verdict add(ByteBuffer piece) {
        int more = piece.remaining();
        PooledBody target = pooled;
        if (target != null) {
            Verdict verdict = makeRoom(target, more);
            if (verdict == Verdict.TAKEN) {
                target.add(piece);
                length += more;
            }
            return verdict;
        }
        if (more > bytesMax - length) {
            return Verdict.TOO_LARGE;
        }
        if (length == 0) {
            if (!hold(more)) {
                return Verdict.NO_MEMORY;
            }
            onlyPiece = piece;
            length = more;
            return Verdict.TAKEN;
        }
        ByteBuffer first = onlyPiece;
        if (first != null) {
            // The first piece moves to where all are gathered; its own share of the budget is given back by then.
            onlyPiece = null;
            int moved = length;
            length = 0;
            if (!append(first, more)) {
                return Verdict.NO_MEMORY;
            }
            giveBack(moved);
        }
        return append(piece, 0) ? Verdict.TAKEN : Verdict.NO_MEMORY;
    }

    /** Whether the bytes lie in several segments. */
    boolean isScattered() {
        return !fullSegments.isEmpty();
    }

    /** Copies all segments into one array; for that time it takes twice its memory, whatever the budget allows. */
    void join() {
        int before = heldBytes;
        budget.take(length);
        heldBytes += length;
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] full : fullSegments) {
            System.arraycopy(full, 0, all, at, full.length);
            at += full.length;
        }
        if (segment != null) {
            System.arraycopy(segment, 0, all, at, filled);
        }
        fullSegments = List.of();
        segment = all;
        filled = length;
        giveBack(before);
    }

    /** All bytes; the body must not be scattered. */
    ByteBuffer view() {
        if (isScattered()) {
            throw new IllegalStateException("body of %d bytes is in segments (expected: joined)".formatted(length));
        }
        if (onlyPiece != null) {
            return onlyPiece;
        }
        if (pooled != null && length > 0) {
            return pooled.view();
        }
        return segment == null ? EMPTY : ByteBuffer.wrap(segment, 0, filled);
    }

    /** Forgets the bytes and gives back what they took of the budget. Doing it twice is harmless. */
    void release() {
        if (pooled != null) {
            pooled.release();
            pooled = null;
        }
        onlyPiece = null;
        segment = null;
        fullSegments = List.of();
        filled = 0;
        length = 0;
        giveBack(heldBytes);
    }

    private boolean append(ByteBuffer piece, int announced) {
        int left = piece.remaining();
        while (left > 0) {
            byte[] target = room(left + announced);
            if (target == null) {
                return false;
            }
            int part = Math.min(left, target.length - filled);
            piece.get(target, filled, part);
            filled += part;
            length += part;
            left -= part;
        }
        return true;
    }

    /** A segment with room for at least a byte, at best for {@code wanted}; null when the budget forbids it. */
    private byte @Nullable [] room(int wanted) {
        byte[] current = segment;
        if (current != null && filled < current.length) {
            return current;
        }
        int before = current == null ? 0 : current.length;
        boolean isFull = before == SEGMENT_BYTES;
        int wished =
                Math.max(wanted, expectedBytes > length ? expectedBytes - length : isFull ? SEGMENT_BYTES : before);
        int capacity = Math.min(SEGMENT_BYTES, isFull ? wished : before + wished);
        if (!hold(capacity)) {
            return null;
        }
        if (current == null) {
            current = new byte[capacity];
        } else if (isFull) {
            if (fullSegments.isEmpty()) {
                fullSegments = new ArrayList<>();
            }
            fullSegments.add(current);
            current = new byte[capacity];
            filled = 0;
        } else {
            current = Arrays.copyOf(current, capacity);
            giveBack(before);
        }
        segment = current;
        return current;
    }

    private boolean hold(int more) {
        if (!budget.tryTake(more, length + more)) {
            return false;
        }
        heldBytes += more;
        return true;
    }

    private void giveBack(int fewer) {
        heldBytes -= fewer;
        budget.giveBack(fewer);
    }
}

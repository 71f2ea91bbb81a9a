package dev.slipway.server.transport;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What came of a stream while no more of it was read: counts as held, and is not given back to the client's window. */
final class WaitingPieces {
    private final MemoryBudget budget;
    private final Deque<ByteBuf> pieces = new ArrayDeque<>();

    WaitingPieces(MemoryBudget budget) {
        this.budget = budget;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Keeps the rest of {@code piece}; false when there is no memory for it. */
    boolean add(ByteBuf piece) {
        int bytes = piece.readableBytes();
        if (!budget.tryTake(bytes, bytes)) {
            return false;
        }
        pieces.add(piece.retainedSlice());
        return true;
    }

    /** The first; null where none waits. */
    @Nullable
    ByteBuf first() {
        return pieces.peek();
    }

    /** So many bytes were read of the first, which goes when that was all. */
    void read(int bytes) {
        budget.giveBack(bytes);
        if (!pieces.element().isReadable()) {
            pieces.remove().release();
        }
    }

    /** Lets go of all. */
    void drop() {
        for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            budget.giveBack(piece.readableBytes());
            piece.release();
        }
    }
}

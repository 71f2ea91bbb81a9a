package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyTest {
    private final MemoryBudget budget = new MemoryBudget(8 << 20);

    @ParameterizedTest(name = "{0} bytes in pieces of up to {1}, announced as {2}")
    @CsvSource({
        "0, 1, 0",
        "1, 1, 0",
        "1000, 1, 0",
        "100000, 5000, 0",
        "100000, 5000, 100000",
        "100000, 5000, 7",
        "262144, 16384, 262144",
        "262145, 16384, 262145",
        "3000000, 16384, 0",
        "3000000, 16384, 3000000",
        "3000000, 16384, 99999999",
        "3000000, 2000000, 0"
    })
    void holdsAllBytesInOrderAndGivesBackAllMemory(int bytes, int pieceMax, int announced) {
        Random random = new Random(bytes + pieceMax);
        byte[] sent = new byte[bytes];
        random.nextBytes(sent);
        Body body = new Body(budget, 3_000_000);
        body.expect(announced);

        for (int at = 0; at < bytes; ) {
            int piece = Math.min(bytes - at, 1 + random.nextInt(pieceMax));
            assertThat(body.add(ByteBuffer.wrap(sent, at, piece).slice())).isEqualTo(Body.Verdict.TAKEN);
            at += piece;
            assertThat(budget.heldBytes())
                    .isBetween((long) body.length(), 2L * body.length() + Body.SEGMENT_BYTES + pieceMax);
        }
        if (body.isScattered()) {
            assertThatThrownBy(body::view).isInstanceOf(IllegalStateException.class);
            body.join();
            assertThat(budget.heldBytes()).isEqualTo(bytes);
        }

        assertThat(TestServer.array(body.view())).isEqualTo(sent);
        body.release();
        body.release();
        assertThat(budget.heldBytes()).isZero();
    }

    @ParameterizedTest(name = "{0} bytes in pieces of up to {1}, announced as {2}")
    @CsvSource({
        "32768, 16384, 32768",
        "600000, 16384, 600000",
        "600000, 1, 600000",
        "3000000, 16384, 3000000",
        "3000000, 3000000, 3000000",
        "300000, 16384, 40000",
        "50000, 16384, 99999999"
    })
    void gathersALargeBodyOffTheHeapWithItsTensorAligned(int bytes, int pieceMax, int announced) {
        Random random = new Random(bytes + pieceMax);
        byte[] sent = new byte[bytes];
        random.nextBytes(sent);
        Body body = new Body(budget, 3_000_000);
        body.expectPooled(announced, 77);

        for (int at = 0; at < bytes; ) {
            int piece = Math.min(bytes - at, 1 + random.nextInt(pieceMax));
            Body.Verdict verdict = random.nextBoolean()
                    ? body.addCopy(Unpooled.wrappedBuffer(sent, at, piece))
                    : body.add(ByteBuffer.wrap(sent, at, piece).slice());
            assertThat(verdict).isEqualTo(Body.Verdict.TAKEN);
            at += piece;
            assertThat(budget.heldBytes())
                    .isBetween((long) at, Math.max(4L * at, Math.min(64L * at, PooledBody.FIRST_BYTES_MAX)));
        }

        assertThat(body.isScattered()).isFalse();
        ByteBuffer view = body.view();
        assertThat(view.isDirect()).isTrue();
        assertThat(view.alignmentOffset(77, 64)).isZero();
        assertThat(TestServer.array(view)).isEqualTo(sent);
        ByteBuf memory = body.retain();
        body.release();
        body.release();
        assertThat(budget.heldBytes()).isZero();
        assertThat(memory.refCnt()).isEqualTo(1);
        memory.release();
    }

    @Test
    void aLargeBodyOffTheHeapKeepsToItsLimitAndTheBudget() {
        Body holder = new Body(budget, 8 << 20);
        assertThat(holder.add(ByteBuffer.allocate((7 << 20) - 100_000))).isEqualTo(Body.Verdict.TAKEN);
        Body body = new Body(budget, 1 << 20);
        body.expectPooled(1 << 20, 0);

        assertThat(body.add(ByteBuffer.allocate(1000))).isEqualTo(Body.Verdict.TAKEN);
        assertThat(body.add(ByteBuffer.allocate(70_000))).isEqualTo(Body.Verdict.NO_MEMORY);
        holder.release();
        assertThat(body.add(ByteBuffer.allocate((1 << 20) - 1000))).isEqualTo(Body.Verdict.TAKEN);
        assertThat(body.add(ByteBuffer.allocate(1))).isEqualTo(Body.Verdict.TOO_LARGE);

        body.release();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void doesNotCopyWhatComesInOnePiece() {
        Body body = new Body(budget, 100);
        ByteBuffer piece = ByteBuffer.allocate(100);

        body.add(piece);

        assertThat(body.view()).isSameAs(piece);
    }

    @Test
    void takesItsLimitAndNoByteMore() {
        Body body = new Body(budget, 100);
        assertThat(body.add(ByteBuffer.allocate(60))).isEqualTo(Body.Verdict.TAKEN);
        assertThat(body.add(ByteBuffer.allocate(41))).isEqualTo(Body.Verdict.TOO_LARGE);
        assertThat(body.add(ByteBuffer.allocate(40))).isEqualTo(Body.Verdict.TAKEN);
        assertThat(body.add(ByteBuffer.allocate(1))).isEqualTo(Body.Verdict.TOO_LARGE);
    }

    @Test
    void keepsTheLastEighthOfTheBudgetForSmallBodies() {
        Body holder = new Body(budget, 8 << 20);
        assertThat(holder.add(ByteBuffer.allocate(7 << 20))).isEqualTo(Body.Verdict.TAKEN);

        assertThat(new Body(budget, 1 << 20).add(ByteBuffer.allocate(65_537))).isEqualTo(Body.Verdict.NO_MEMORY);
        Body small = new Body(budget, 1 << 20);
        assertThat(small.add(ByteBuffer.allocate(65_536))).isEqualTo(Body.Verdict.TAKEN);

        holder.release();
        small.release();
        assertThat(budget.heldBytes()).isZero();
    }
}

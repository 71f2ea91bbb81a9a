package dev.slipway.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.Buffers;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WireWriterTest {
    @Test
    void writesExactlyWhatWasMeasured() {
        byte[] text = {'h', 'i'};
        WireWriter writer = new WireWriter(
                "Thing", WireWriter.varintFieldSize(1, 300) + WireWriter.fieldSize(20, text.length), Buffers.HEAP);
        writer.varintField(1, 300);
        writer.bytesField(20, text);

        assertThat(writer.finish())
                .isEqualTo(ByteBuffer.wrap(new byte[] {0x08, (byte) 0xac, 0x02, (byte) 0xa2, 0x01, 2, 'h', 'i'}));
    }

    @Test
    void leavesOutWhatIsEmpty() {
        WireWriter writer = new WireWriter("Thing", WireWriter.varintFieldSize(1, 0), Buffers.HEAP);
        writer.varintField(1, 0);
        writer.bytesField(2, new byte[0]);

        assertThat(writer.finish().remaining()).isZero();
    }

    @Test
    void noticesWhenLessWasWrittenThanAnnounced() {
        assertThatThrownBy(() -> new WireWriter("Thing", 3, Buffers.HEAP).finish())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("written: 0 bytes (expected: 3)");
    }

    @Test
    void refusesMoreThanAnArrayHolds() {
        assertThatThrownBy(() -> new WireWriter("Thing", 1L << 31, Buffers.HEAP))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("Thing of 2147483648 bytes")
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }
}

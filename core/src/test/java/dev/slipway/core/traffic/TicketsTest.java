package dev.slipway.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Split;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final int CALLERS = 100_000;
    private static final Split FEW = new Split(Map.of(7L, 95, 8L, 5));

    @Test
    void areTheSameForEver() {
        // Other numbers would move callers to other versions with an update of the server.
        assertThat(Tickets.of("fraud", "")).isEqualTo(0xa25ab734c9f6d764L);
        assertThat(Tickets.of("fraud", "user-1")).isEqualTo(0x135598b2f47d3b63L);
        assertThat(Tickets.of("churn", "user-1")).isEqualTo(0xfc61d8aec1604755L);
    }

    @Test
    void giveEachVersionItsShareOfNeighbouringNames() {
        for (String model : new String[] {"fraud", "churn", "a"}) {
            int newest = 0;
            for (int i = 0; i < CALLERS; i++) {
                newest += FEW.pick(Tickets.of(model, "user-" + i)) == 8 ? 1 : 0;
            }
            // Four standard deviations of a fair choice.
            assertThat(newest).isCloseTo(CALLERS / 20, within(276));
        }
    }

    @Test
    void giveEachVersionItsShareOfNeighbouringNumbers() {
        int newest = 0;
        for (int i = 0; i < CALLERS; i++) {
            ByteBuffer data = ByteBuffer.allocate(8)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(0, i);
            Long ticket = Tickets.ofFirst("fraud", new Tensor(DType.INT64, Shape.of(1), data));
            newest += FEW.pick(ticket) == 8 ? 1 : 0;
        }
        assertThat(newest).isCloseTo(CALLERS / 20, within(276));
    }

    @Test
    void leaveWhoIsOnTheNewestThereWhenItsShareGrows() {
        Split more = new Split(Map.of(7L, 3, 8L, 1));
        for (int i = 0; i < CALLERS; i++) {
            long ticket = Tickets.of("fraud", "user-" + i);
            if (FEW.pick(ticket) == 8) {
                assertThat(more.pick(ticket)).isEqualTo(8);
            }
        }
    }

    @Test
    void areEqualForAHeaderAndTheFirstElementOfAnInput() {
        assertThat(Tickets.ofFirst("fraud", AddingModel.text("Jürgen", "x"))).isEqualTo(Tickets.of("fraud", "Jürgen"));
    }

    @Test
    void haveNothingToSayOfWhatIsEmptyOrBroken() {
        assertThat(Tickets.ofFirst("fraud", AddingModel.text())).isNull();
        assertThat(Tickets.ofFirst("fraud", AddingModel.floats())).isNull();
        Tensor tooLong = new Tensor(DType.STRING, Shape.of(1), ByteBuffer.wrap(new byte[] {9, 0, 0, 0, 1}));
        assertThat(Tickets.ofFirst("fraud", tooLong)).isNull();
        Tensor negative = new Tensor(DType.STRING, Shape.of(1), ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 1}));
        assertThat(Tickets.ofFirst("fraud", negative)).isNull();
        Tensor tooShort = new Tensor(DType.STRING, Shape.of(1), ByteBuffer.wrap(new byte[] {9, 0}));
        assertThat(Tickets.ofFirst("fraud", tooShort)).isNull();
    }
}

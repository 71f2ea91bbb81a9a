package dev.slipway.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoryTest {
    private static Map<String, Tensor> inputs(Shape... shapes) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Shape shape : shapes) {
            int bytes = (int) shape.elementCount();
            inputs.put("x" + inputs.size(), new Tensor(DType.UINT8, shape, ByteBuffer.allocate(bytes)));
        }
        return inputs;
    }

    /** In whatever order a client sends its inputs. */
    @Test
    void rowsAreThoseOfTheInputThatHasMost() {
        assertThat(Story.rows(inputs(Shape.of(1, 4), Shape.of(1000, 4)))).isEqualTo(1000);
        assertThat(Story.rows(inputs(Shape.of(1000, 4), Shape.of(1, 4)))).isEqualTo(1000);
        assertThat(Story.rows(inputs(Shape.of(), Shape.of(3)))).isEqualTo(3);
        assertThat(Story.rows(inputs(Shape.of(), Shape.of()))).isEqualTo(1);
        assertThat(Story.rows(inputs(Shape.of(0, 4)))).isZero();
    }
}

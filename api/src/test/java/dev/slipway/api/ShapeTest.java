package dev.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
    @Test
    void acceptsAnySizeWhereItIsOpen() {
        Shape spec = Shape.of(-1, 4);
        assertThat(spec.accepts(Shape.of(7, 4))).isTrue();
        assertThat(spec.accepts(Shape.of(0, 4))).isTrue();
        assertThat(spec.accepts(Shape.of(7, 5))).isFalse();
        assertThat(spec.accepts(Shape.of(4))).isFalse();
        assertThat(Shape.ANY.accepts(Shape.of(1, 2, 3))).isTrue();
    }

    @Test
    void countsElements() {
        assertThat(Shape.SCALAR.elementCount()).isEqualTo(1);
        assertThat(Shape.of(2, 3).elementCount()).isEqualTo(6);
        assertThat(Shape.of(Long.MAX_VALUE, 2, 0).elementCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 62, Long.MAX_VALUE, 3037000500L})
    void refusesMoreElementsThanALongHolds(long dim) {
        assertThatThrownBy(() -> Shape.of(dim, dim, 4).elementCount())
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("too many elements");
    }

    @Test
    void printsItselfForPeople() {
        assertThat(Shape.of(-1, 4)).hasToString("[any, 4]");
        assertThat(Shape.SCALAR).hasToString("[]");
        assertThat(Shape.ANY).hasToString("[...]");
    }

    @Test
    void takesAnotherNumberOfRows() {
        Shape shape = Shape.of(3, 4);
        assertThat(shape.withFirst(0)).isEqualTo(Shape.of(0, 4));
        assertThat(shape).isEqualTo(Shape.of(3, 4));
        assertThatThrownBy(() -> shape.withFirst(-1)).hasMessageContaining("[3, 4]: -1");
        assertThatThrownBy(() -> Shape.SCALAR.withFirst(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalsByValue() {
        assertThat(Shape.of(1, 2)).isEqualTo(Shape.of(1, 2)).hasSameHashCodeAs(Shape.of(1, 2));
        assertThat(Shape.of()).isEqualTo(Shape.SCALAR).isNotEqualTo(Shape.ANY);
    }

    @Test
    void aHintIsShownAndNotInsistedOn() {
        Shape hint = Shape.hint(-1, 1);
        assertThat(hint).hasToString("[any, 1]").isNotEqualTo(Shape.of(-1, 1)).isEqualTo(Shape.hint(-1, 1));
        assertThat(hint.isAnyRank()).isFalse();
        assertThat(hint.accepts(Shape.of(3))).isTrue();
        assertThat(Shape.of(-1, 1).accepts(Shape.of(3))).isFalse();
    }
}

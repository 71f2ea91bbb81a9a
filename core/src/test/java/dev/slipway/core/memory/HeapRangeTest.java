package dev.slipway.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as the collectors print them. */
class HeapRangeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                 def new generation   total 116160K, used 37193K [0x00000000e0000000, 0x00000000e7e00000, 0x00000000eaaa0000)
                  eden space 103296K,  36% used [0x00000000e0000000, 0x00000000e24526f0, 0x00000000e64e0000)
                 tenured generation   total 258048K, used 0K [0x00000000eaaa0000, 0x00000000fa6a0000, 0x0000000100000000)
                """,
                " garbage-first heap   total 389120K, used 18998K [0x00000000e0000000, 0x0000000100000000)",
                """
                 PSYoungGen      total 113152K, used 36967K [0x00000000f5580000, 0x00000000fd380000, 0x0000000100000000)
                  eden space 97280K, 38% used [0x00000000f5580000,0x00000000f7999f38,0x00000000fb480000)
                 ParOldGen       total 258048K, used 0K [0x00000000e0000000, 0x00000000efc00000, 0x00000000f5580000)
                """,
                """
                Reserved region:
                 - [0x00000000e0000000, 0x0000000100000000)
                Collection set:
                 - map (vanilla): 0x0000000000013800
                """
            })
    void isAllThatTheCollectorNames(String text) {
        assertThat(HeapRange.of(text)).isEqualTo(new HeapRange(0xe0000000L, 0x100000000L));
    }

    @Test
    void isUnknownWhereTheCollectorNamesNothing() {
        assertThat(HeapRange.of(" ZHeap           used 28M, capacity 378M, max capacity 512M")
                        .isKnown())
                .isFalse();
    }

    @Test
    void isThatOfThisJvm() throws Exception {
        HeapRange found = HeapRange.ofThisProcess();
        if (found.isKnown()) {
            assertThat(found.to() - found.from())
                    .isGreaterThanOrEqualTo(Runtime.getRuntime().maxMemory());
        }
    }
}

package dev.slipway.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class MappingsTest {
    private static final String SMAPS = """
            e0000000-e7e00000 rw-p 00000000 00:00 0
            Size:             129024 kB
            Rss:                1000 kB
            Pss:                   7 kB
            VmFlags: rd wr mr mw me ac
            7f0000000000-7f0000021000 rw-p 00000000 00:00 0
            Rss:                 200 kB
            7f1000000000-7f1000021000 rwxp 00000000 00:00 0
            Rss:                3000 kB
            7f2000000000-7f2000021000 r--p 00000000 08:01 77                 /usr/lib/libonnx runtime.so.1.2
            Rss:                  40 kB
            7f3000000000-7f3000021000 r--p 00001000 08:01 78                 /models/big model/weights.bin
            Rss:                   5 kB
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]
            Rss:                   0 kB
            """;

    private static Mappings read(String text) throws IOException {
        return Mappings.read(new BufferedReader(new StringReader(text)));
    }

    @Test
    void countsWhatIsNeitherHeapNorCodeNorLibrary() throws IOException {
        HeapRange heap = new HeapRange(0xe0000000L, 0x100000000L);
        assertThat(read(SMAPS).bytesBeside(heap)).isEqualTo(205 << 10);
        assertThat(read(SMAPS).bytesBeside(HeapRange.NONE)).isEqualTo(1205 << 10);
    }

    @Test
    void leavesOutTheHeapOfTheZCollectorByItsName() throws IOException {
        String text = """
                40000000000-40017a00000 rw-s 00000000 00:01 121    /memfd:java_heap (deleted)
                Rss: 4000 kB
                """;
        assertThat(read(text).bytesBeside(HeapRange.NONE)).isZero();
    }

    @Test
    void passesOverWhatItDoesNotKnow() throws IOException {
        assertThat(read("Rss: 4 kB\nno head\n-\n\n").all()).isEmpty();
    }
}

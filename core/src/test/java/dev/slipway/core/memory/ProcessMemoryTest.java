package dev.slipway.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    private static final int BYTES = 64 << 20;
    private static final int PAGE = 4096;
    private static final long TOLERANCE = 24L << 20;

    /** Freed only with the class: by then it would spoil the measurement of another test. */
    private static ByteBuffer kept = ByteBuffer.allocateDirect(1);

    private static MemoryMeter meter() {
        assumeThat(Files.isReadable(Path.of("/proc/self/smaps")))
                .as("this system tells the memory of a process")
                .isTrue();
        return ProcessMemory.ofThisProcess();
    }

    @Test
    void seesNativeMemory() {
        MemoryMeter meter = meter();
        long before = meter.read().bytes();
        kept = ByteBuffer.allocateDirect(BYTES);
        for (int at = 0; at < BYTES; at += PAGE) {
            kept.put(at, (byte) 1);
        }
        assertThat(before).isPositive();
        assertThat(meter.read().bytes() - before).isBetween(BYTES - TOLERANCE, BYTES + TOLERANCE);
    }

    @Test
    void doesNotSeeJavasHeap() {
        MemoryMeter meter = meter();
        long before = meter.read().bytes();
        byte[] memory = new byte[BYTES];
        Arrays.fill(memory, (byte) 1);
        assertThat(meter.read().bytes() - before).isBetween(-TOLERANCE, TOLERANCE);
        assertThat(memory[PAGE]).isEqualTo((byte) 1);
    }

    @Test
    void knowsNothingWhereTheSystemTellsNothing() {
        assertThat(ProcessMemory.at(Path.of("no such file")).read().bytes()).isZero();
    }
}

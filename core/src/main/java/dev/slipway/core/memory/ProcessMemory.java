package dev.slipway.core.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the memory of this process from {@code /proc/self/smaps}. A reading costs about 20 ms for each GiB that is
 * resident, as the kernel walks the pages. Thread-safe.
 */
public final class ProcessMemory implements MemoryMeter {
    private static final System.Logger LOG = System.getLogger(ProcessMemory.class.getName());
    private static final Path SMAPS = Path.of("/proc/self/smaps");

    private final Path smaps;

    /** Asked for with the first reading, and beside it. */
    private @Nullable CompletableFuture<HeapRange> heap;

    private ProcessMemory(Path smaps) {
        this.smaps = smaps;
    }

    /** The meter of this process; {@link MemoryMeter#NONE} where the system has none. */
    public static MemoryMeter ofThisProcess() {
        return at(SMAPS);
    }

    static MemoryMeter at(Path smaps) {
        return Files.isReadable(smaps) ? new ProcessMemory(smaps) : MemoryMeter.NONE;
    }

    @Override
    public Reading read() {
        CompletableFuture<HeapRange> range = heap();
        try (BufferedReader in = Files.newBufferedReader(smaps, StandardCharsets.ISO_8859_1)) {
            Mappings found = Mappings.read(in);
            return () -> {
                boolean isZ =
                        found.all().stream().anyMatch(mapping -> mapping.name().startsWith("/memfd:java_heap"));
                HeapRange without = range.join();
                return without.isKnown() || isZ ? found.bytesBeside(without) : 0;
            };
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the memory of this process can't be read", e);
            return () -> 0;
        }
    }

    private synchronized CompletableFuture<HeapRange> heap() {
        CompletableFuture<HeapRange> asked = heap;
        if (asked == null) {
            asked = new CompletableFuture<>();
            heap = asked;
            CompletableFuture<HeapRange> answer = asked;
            Thread asking = new Thread(() -> answer.complete(askedHeap()), "slipway-heap-range");
            asking.setDaemon(true);
            asking.start();
        }
        return asked;
    }

    private static HeapRange askedHeap() {
        try {
            return HeapRange.ofThisProcess();
        } catch (JMException | RuntimeException e) {
            LOG.log(Level.DEBUG, "this JVM does not tell where its heap lies", e);
            return HeapRange.NONE;
        }
    }
}

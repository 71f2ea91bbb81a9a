package dev.slipway.server.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.openinference.SharedPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedRegionsTest {
    private static final int BYTES = 1 << 20;

    @TempDir
    Path folder;

    private SharedRegions with(String key) throws IOException {
        Files.write(folder.resolve(key), new byte[BYTES]);
        return new SharedRegions(folder);
    }

    @Test
    void readsWhatWasWrittenWhateverItsLength() throws IOException {
        SharedRegions regions = with("k");
        regions.register(new SharedRegions.Status("r", "k", 1, BYTES - 1));
        byte[] bytes = new byte[700_001];
        new Random(3).nextBytes(bytes);
        SharedPlace place = new SharedPlace("r", 5, bytes.length);
        regions.write(place, ByteBuffer.wrap(bytes));
        assertThat(regions.read(place)).isEqualTo(ByteBuffer.wrap(bytes));
        assertThat(Files.readAllBytes(folder.resolve("k"))[6]).isEqualTo(bytes[0]);
    }

    /** Requests copy while others unregister and register: each gets all of it, or hears that it is not there. */
    @Test
    void aRegionThatGoesMeanwhileIsReadWholeOrNotAtAll() throws Exception {
        SharedRegions regions = with("k");
        SharedRegions.Status status = new SharedRegions.Status("r", "k", 0, BYTES);
        regions.register(status);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                readers.add(threads.submit(() -> readUntilEnough(regions)));
            }
            for (int i = 0; i < 2000; i++) {
                regions.unregister("r");
                regions.register(status);
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void readUntilEnough(SharedRegions regions) {
        int read = 0;
        while (read < 100) {
            try {
                assertThat(regions.read(new SharedPlace("r", 0, BYTES)).remaining())
                        .isEqualTo(BYTES);
                read++;
            } catch (SlipwayException e) {
                assertThat(e).hasMessage("shared memory region 'r' is not registered");
            }
        }
    }

    @Test
    void isClosedOnceNobodyUsesIt() throws IOException {
        Files.write(folder.resolve("k"), new byte[8]);
        SharedRegion region = new SharedRegion(new SharedRegions.Status("r", "k", 0, 8), folder.resolve("k"));
        assertThat(region.read(new SharedPlace("r", 0, 8)).remaining()).isEqualTo(8);
        assertThat(region.isClosed()).isFalse();
        region.close();
        assertThat(region.isClosed()).isTrue();
        assertThatThrownBy(() -> region.read(new SharedPlace("r", 0, 8)))
                .hasMessage("shared memory region 'r' is not registered");
    }
}

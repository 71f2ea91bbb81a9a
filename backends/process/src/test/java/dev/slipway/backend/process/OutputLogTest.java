package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputLogTest {
    private final List<String> logged = new ArrayList<>();
    private final Logger logger = Logger.getLogger("dev.slipway.worker");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(java.text.MessageFormat.format(entry.getMessage(), entry.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    private List<String> print(String text) throws InterruptedException {
        OutputLog log =
                new OutputLog("m/1[0]", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), () -> 0);
        log.run();
        return log.lastLines(0);
    }

    @Test
    void linesGoToTheLogWithoutWhatMovesACursor() throws InterruptedException {
        List<String> last = print("one\r\n\n\u001b[31mtwo {0}\nthree");
        assertThat(logged).containsExactly("m/1[0]: one", "m/1[0]:  [31mtwo {0}", "m/1[0]: three");
        assertThat(last).containsExactly("one", " [31mtwo {0}", "three");
    }

    @Test
    void aLongLineIsCut() throws InterruptedException {
        print("x".repeat(1_000_000) + "\nnext\n");
        assertThat(logged).hasSize(2);
        assertThat(logged.get(0))
                .hasSize("m/1[0]: ".length() + OutputLog.LINE_BYTES_MAX + 3)
                .endsWith("x...");
    }

    @Test
    void ofAFloodOnlySomeLinesASecondAreKeptAndTheRestIsCounted() throws InterruptedException {
        List<String> last = print("line\n".repeat(1000) + "the end\n");
        assertThat(logged).hasSize(OutputLog.LINES_A_SECOND + 1);
        assertThat(logged.get(OutputLog.LINES_A_SECOND)).contains("951 more lines within a second were dropped");
        assertThat(last).endsWith("the end");
    }
}

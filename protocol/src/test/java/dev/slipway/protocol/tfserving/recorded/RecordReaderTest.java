package dev.slipway.protocol.tfserving.recorded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
    private static final int MAX = 1000;

    /** A record as TensorFlow writes it. */
    private static byte[] record(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(RecordReader.maskedChecksum(record.array(), 8));
        record.put(data).putInt(RecordReader.maskedChecksum(data, data.length));
        return record.array();
    }

    private static byte[] file(String... records) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (String text : records) {
            file.write(record(text.getBytes(US_ASCII)));
        }
        return file.toByteArray();
    }

    private static List<String> read(byte[] file) throws IOException {
        RecordReader reader = new RecordReader(new ByteArrayInputStream(file), MAX);
        List<String> found = new ArrayList<>();
        for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
            found.add(US_ASCII.decode(record).toString());
        }
        return found;
    }

    private static void assertFails(byte[] file, ErrorCode code, String message) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void readsRecordsInOrderAndEmptyOnes() throws IOException {
        assertThat(read(file("one", "", "three"))).containsExactly("one", "", "three");
        assertThat(read(new byte[0])).isEmpty();
    }

    /** CRC-32C of "123456789" is e3069283; masked by the formula of TensorFlow's crc32c.h. */
    @Test
    void masksChecksumsAsTensorFlowDoes() {
        byte[] digits = "123456789".getBytes(US_ASCII);
        int crc = 0xe3069283;
        assertThat(RecordReader.maskedChecksum(digits, 9)).isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
    }

    @Test
    void takesALengthItsChecksumTheDataAndItsChecksum() {
        assertThat(HexFormat.of().formatHex(record("hi".getBytes(US_ASCII))))
                .hasSize(36)
                .startsWith("0200000000000000")
                .contains("6869");
    }

    @Test
    void refusesEveryFlippedBit() throws IOException {
        byte[] good = file("some record");
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> read(bad)).isInstanceOf(SlipwayException.class);
        }
    }

    @Test
    void refusesAFileThatIsCutOffAnywhere() throws IOException {
        byte[] good = file("one", "two");
        int first = file("one").length;
        for (int length = first + 1; length < good.length; length++) {
            assertFails(Arrays.copyOf(good, length), ErrorCode.DATA_LOSS, "cut off");
        }
        assertThat(read(Arrays.copyOf(good, first))).containsExactly("one");
    }

    @Test
    void saysWhichChecksumIsWrong() throws IOException {
        byte[] file = file("one");
        file[8]++;
        assertFails(file, ErrorCode.DATA_LOSS, "checksum of its length");
        byte[] data = file("one");
        data[13]++;
        assertFails(data, ErrorCode.DATA_LOSS, "checksum of its data");
    }

    @Test
    void refusesHugeLengthsWithoutSettingMemoryAside() {
        for (long length : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, MAX + 1}) {
            ByteBuffer head =
                    ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            head.putInt(RecordReader.maskedChecksum(head.array(), 8));
            assertFails(head.array(), ErrorCode.RESOURCE_EXHAUSTED, Long.toUnsignedString(length) + " bytes");
        }
    }

    @Test
    void saysThatAFileIsCompressed() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(file("one"));
        }
        assertFails(packed.toByteArray(), ErrorCode.UNIMPLEMENTED, "compressed");
    }
}

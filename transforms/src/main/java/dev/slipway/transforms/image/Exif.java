package dev.slipway.transforms.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads how a camera was held. What can't be read says nothing: a picture is worth more than its tags. */
final class Exif {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;

    private Exif() {}

    /**
     * The orientation, 1 to 8; 1 where none is said.
     *
     * @param bytes from the byte order mark, {@code II} or {@code MM}
     */
    static int orientation(byte[] bytes, int offset, int length) {
        if (length < 8) {
            return 1;
        }
        ByteBuffer tiff = ByteBuffer.wrap(bytes, offset, length).slice();
        int mark = tiff.getShort(0);
        if (mark != 0x4949 && mark != 0x4d4d) {
            return 1;
        }
        tiff.order(mark == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = tiff.getInt(4) & 0xffffffffL;
        if (directory + 2 > length) {
            return 1;
        }
        int entries = tiff.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > length) {
                return 1;
            }
            int at = (int) entry;
            if ((tiff.getShort(at) & 0xffff) == ORIENTATION && tiff.getShort(at + 2) == SHORT) {
                int said = tiff.getShort(at + 8) & 0xffff;
                return said >= 1 && said <= 8 ? said : 1;
            }
        }
        return 1;
    }
}

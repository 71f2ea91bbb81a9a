package dev.slipway.backend.trees;

import java.util.Arrays;

/** Lists of numbers of unknown length, as they are read. */
final class Numbers {
    private Numbers() {}

    /** Reads a list of whole numbers that int32 holds. */
    static int[] ints(Events in) {
        int[] numbers = new int[16];
        int count = 0;
        in.beginArray();
        while (in.nextElement()) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            double number = in.number();
            if ((int) number != number) {
                throw in.bytes().broken("number " + number, "a whole one that int32 holds");
            }
            numbers[count++] = (int) number;
        }
        return Arrays.copyOf(numbers, count);
    }

    /** Reads a list of float32. */
    static float[] floats(Events in) {
        float[] numbers = new float[16];
        int count = 0;
        in.beginArray();
        while (in.nextElement()) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = in.single();
        }
        return Arrays.copyOf(numbers, count);
    }
}

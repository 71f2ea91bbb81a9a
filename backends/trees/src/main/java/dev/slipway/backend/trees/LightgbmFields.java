package dev.slipway.backend.trees;

import java.util.Arrays;
import java.util.Map;
import java.util.StringTokenizer;

/** The values of a section, read as what they must be. */
record LightgbmFields(FileBytes bytes, String section, Map<String, String> lines) {

    boolean has(String key) {
        return lines.containsKey(key);
    }

    String text(String key) {
        String value = lines.get(key);
        if (value == null) {
            throw bytes.broken("%s without '%s'".formatted(section, key), "a line of it");
        }
        return value;
    }

    int whole(String key, int least, int most) {
        return whole(key, text(key), least, most);
    }

    private int whole(String key, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw bytes.broken(
                "%s with %s '%s'".formatted(section, key, shown(text)),
                "a whole number from %d to %d".formatted(least, most));
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    /** As many whole numbers as said; a missing line is as many zeros where it may be missing. */
    int[] ints(String key, int count, boolean mayMiss) {
        if (mayMiss && !has(key)) {
            return new int[count];
        }
        StringTokenizer tokens = tokens(key, count);
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = whole(key, tokens.nextToken(), Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        return numbers;
    }

    /** Words of 32 bits. */
    int[] words(String key, int count) {
        StringTokenizer tokens = tokens(key, count);
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = whole(key, tokens.nextToken(), 0, 0xFFFF_FFFFL);
        }
        return numbers;
    }

    double[] doubles(String key, int count) {
        StringTokenizer tokens = tokens(key, count);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            String token = tokens.nextToken();
            try {
                numbers[i] = number(token);
            } catch (NumberFormatException e) {
                throw bytes.broken("%s with %s '%s'".formatted(section, key, shown(token)), "a number");
            }
        }
        return numbers;
    }

    private static double number(String token) {
        return switch (token) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> Double.parseDouble(token);
        };
    }

    private StringTokenizer tokens(String key, int count) {
        StringTokenizer tokens = new StringTokenizer(text(key), " ");
        int found = tokens.countTokens();
        if (found != count) {
            throw bytes.broken("%s with %d of %s".formatted(section, found, key), String.valueOf(count));
        }
        return tokens;
    }

    /** The sum of numbers that may not be below 0. */
    int sum(String key, int[] numbers) {
        long sum = 0;
        for (int number : numbers) {
            sum += number < 0 ? Integer.MAX_VALUE : number;
        }
        if (sum > text(key).length()) {
            throw bytes.broken("%s with %s of %d".formatted(section, key, sum), "at most as many as the line has");
        }
        return (int) sum;
    }

    /** The words of a line that are separated by spaces. */
    String[] split(String key) {
        String text = text(key);
        return text.isEmpty() ? new String[0] : Arrays.stream(text.split(" ")).toArray(String[]::new);
    }
}

package dev.slipway.protocol.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Spelling {
    /** One letter in this many may be wrong; two always may. */
    private static final int LETTERS_A_FAULT = 3;

    private Spelling() {}

    /** The one of {@code names} that takes the fewest changes of a letter to become; empty when none is near. */
    public static Optional<String> nearest(String word, Collection<String> names) {
        int most = Math.max(2, word.length() / LETTERS_A_FAULT);
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(word, name)))
                .filter(name -> distance(word, name) <= most);
    }

    /** Letters to be put in, taken out or replaced to make {@code b} of {@code a}. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

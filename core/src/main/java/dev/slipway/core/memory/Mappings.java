package dev.slipway.core.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What Linux tells of a process's memory in {@code /proc/self/smaps}: ranges of addresses, and how much of each is
 * resident.
 */
record Mappings(List<Mapping> all) {
    private static final String RESIDENT = "Rss:";
    private static final int NAME_FIELD = 5;

    /**
     * One range.
     *
     * @param from its first address
     * @param to behind its last address; addresses are unsigned
     * @param isCode whether it may be run
     * @param name of the mapped file, or of what it is for; empty for none
     * @param residentBytes of it that are in memory
     */
    record Mapping(long from, long to, boolean isCode, String name, long residentBytes) {
        boolean isWithin(HeapRange heap) {
            return Long.compareUnsigned(from, heap.from()) >= 0 && Long.compareUnsigned(to, heap.to()) <= 0;
        }

        /** Whether it comes and goes with a program or a library, or is one of the JVM's own files. */
        boolean isProgram() {
            return isCode
                    || name.contains(".so")
                    || name.endsWith(".jsa")
                    || name.endsWith(".jar")
                    || name.endsWith("/modules")
                    || name.startsWith("/memfd:java_heap");
        }
    }

    /** Reads the kernel's text; lines of another form are passed over. */
    static Mappings read(BufferedReader in) throws IOException {
        List<Mapping> all = new ArrayList<>();
        String head = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (isHead(line)) {
                head = line;
            } else if (line.startsWith(RESIDENT) && !head.isEmpty()) {
                all.add(mapping(head, kibibytes(line) << 10));
            }
        }
        return new Mappings(all);
    }

    /** Resident bytes of all that is neither Java's heap nor a program. */
    long bytesBeside(HeapRange heap) {
        return all.stream()
                .filter(mapping -> !mapping.isProgram() && !mapping.isWithin(heap))
                .mapToLong(Mapping::residentBytes)
                .sum();
    }

    /** Heads begin with a hexadecimal number in small letters, the lines below them with a capital letter. */
    private static boolean isHead(String line) {
        int dash = line.indexOf('-');
        return dash > 0 && line.chars().limit(dash).allMatch(c -> Character.digit(c, 16) >= 0 && c < 'g' && c > ' ');
    }

    /** Of {@code 7f00-7fff rw-p 00000000 08:01 123    /a file}. */
    private static Mapping mapping(String head, long bytes) {
        String[] fields = head.split(" +", NAME_FIELD + 1);
        int dash = fields[0].indexOf('-');
        return new Mapping(
                Long.parseUnsignedLong(fields[0].substring(0, dash), 16),
                Long.parseUnsignedLong(fields[0].substring(dash + 1), 16),
                fields.length > 1 && fields[1].indexOf('x') >= 0,
                fields.length > NAME_FIELD ? fields[NAME_FIELD] : "",
                bytes);
    }

    private static long kibibytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}

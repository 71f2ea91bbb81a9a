package dev.slipway.core.memory;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The addresses that the JVM has set aside for Java's heap.
 *
 * @param from the first
 * @param to behind the last; both unsigned, and equal when nothing is known
 */
record HeapRange(long from, long to) {
    /** Nothing lies in it. */
    static final HeapRange NONE = new HeapRange(0, 0);

    /** {@code [0x00000000e0000000, 0x00000000e7e00000, 0x00000000eaaa0000)}; each collector prints at least one. */
    private static final Pattern RANGE = Pattern.compile("\\[0x(\\p{XDigit}+),[^)\\]]*0x(\\p{XDigit}+)\\)");

    boolean isKnown() {
        return from != to;
    }

    /** Asks the JVM, which takes some 100 ms the first time. */
    static HeapRange ofThisProcess() throws JMException {
        ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        Object text = ManagementFactory.getPlatformMBeanServer()
                .invoke(commands, "gcHeapInfo", new Object[] {new String[0]}, new String[] {String[].class.getName()});
        return of(String.valueOf(text));
    }

    /**
     * The smallest range that holds all that {@code text} names; {@link #NONE} when it names none, as the Z collector's,
     * whose heap goes by the name of its mapping.
     */
    static HeapRange of(String text) {
        HeapRange all = NONE;
        Matcher matcher = RANGE.matcher(text);
        while (matcher.find()) {
            long from = Long.parseUnsignedLong(matcher.group(1), 16);
            long to = Long.parseUnsignedLong(matcher.group(2), 16);
            boolean isLower = !all.isKnown() || Long.compareUnsigned(from, all.from) < 0;
            boolean isHigher = !all.isKnown() || Long.compareUnsigned(to, all.to) > 0;
            all = new HeapRange(isLower ? from : all.from, isHigher ? to : all.to);
        }
        return all;
    }
}

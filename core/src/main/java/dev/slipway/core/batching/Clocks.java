package dev.slipway.core.batching;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * What time is it.
 *
 * @param wall nanoseconds, as {@link System#nanoTime()}
 * @param threadCpu nanoseconds for which the calling thread has had a core, without those for which the system let others
 *     run, or the JVM collected garbage
 */
record Clocks(LongSupplier wall, LongSupplier threadCpu) {

    /** The JVM's count of the thread's own time; the wall's time where it does not count. */
    static LongSupplier countedByTheJvm() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                ? threads::getCurrentThreadCpuTime
                : System::nanoTime;
    }
}

package dev.slipway.server.cli;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * Hears SIGTERM and SIGINT before the JVM begins to shut down. A shutdown hook would be too late: hooks run side by side,
 * and ONNX Runtime's own closes its environment under requests that are still in flight.
 */
final class TerminationSignals {
    private static final System.Logger LOG = System.getLogger(TerminationSignals.class.getName());

    private TerminationSignals() {}

    /** Has {@code action} run, on a thread of its own, on the first signal; where signals can't be had, as a hook. */
    static void handle(Runnable action) {
        Thread stop = new Thread(action, "slipway-stop");
        Runnable once = () -> {
            synchronized (stop) {
                if (stop.getState() == Thread.State.NEW) {
                    stop.start();
                }
            }
        };
        try {
            install("TERM", once);
            install("INT", once);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "signals can't be handled; stopping in a shutdown hook", e);
            Runtime.getRuntime().addShutdownHook(new Thread(action, "slipway-stop"));
        }
    }

    /** Has {@code action} run at each SIGHUP, where there is such a signal. The JVM gives each a thread of its own. */
    static void onHangUp(Runnable action) {
        try {
            install("HUP", action);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.DEBUG, "SIGHUP can't be handled", e);
        }
    }

    private static void install(String name, Runnable action) throws ReflectiveOperationException {
        // By reflection, since javac warns of every use of this package; it is exported, and on every JDK.
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(
                TerminationSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        Object one = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handlerType).invoke(null, one, handler);
    }
}

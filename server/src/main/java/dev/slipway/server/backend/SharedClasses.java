package dev.slipway.server.backend;

import java.util.List;

/**
 * What backends see of the server's class path: the words that they share with it, and the libraries that they may count on.
 * All else is hidden, so that no library of the server comes before another version that a backend brings.
 */
final class SharedClasses extends ClassLoader {
    private static final List<String> SHARED = List.of(
            "dev.slipway.api.",
            "dev.slipway.backend.common.",
            "dev.slipway.backend.forest.",
            "org.slf4j.",
            "org.yaml.snakeyaml.",
            "org.jspecify.");

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader server;

    /** @param server has what is shared */
    SharedClasses(ClassLoader server) {
        super("backends", ClassLoader.getPlatformClassLoader());
        this.server = server;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (SHARED.stream().anyMatch(name::startsWith)) {
            return server.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }
}

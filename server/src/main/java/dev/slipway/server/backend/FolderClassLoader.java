package dev.slipway.server.backend;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/** Of one backend, whose libraries clash with those of others. Grows when they are installed. */
final class FolderClassLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private volatile boolean isComplete;

    FolderClassLoader(String name, ClassLoader parent) {
        super(name, new URL[0], parent);
    }

    /** Whether the jars are there that were to be installed first. */
    boolean isComplete() {
        return isComplete;
    }

    /** Adds the jars that were to be installed first; once. */
    synchronized void complete(List<Path> jars) {
        if (!isComplete) {
            jars.forEach(this::add);
            isComplete = true;
        }
    }

    void add(Path jar) {
        try {
            addURL(jar.toUri().toURL());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("jar: %s (expected: a path that is a URL)".formatted(jar), e);
        }
    }
}

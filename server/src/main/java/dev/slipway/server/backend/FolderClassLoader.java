package dev.slipway.server.backend;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Of one backend, whose libraries clash with those of others. Grows when they are installed. */
final class FolderClassLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    FolderClassLoader(String name, ClassLoader parent) {
        super(name, new URL[0], parent);
    }

    void add(Path jar) {
        try {
            addURL(jar.toUri().toURL());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("jar: %s (expected: a path that is a URL)".formatted(jar), e);
        }
    }
}

package dev.slipway.server.backend;

/** Is told how far an installation is. */
public interface InstallProgress {
    /**
     * @param file the one that is being fetched, number {@code number} of {@code count}
     * @param done of its {@code all} bytes
     */
    void fetched(String file, int number, int count, long done, long all);
}

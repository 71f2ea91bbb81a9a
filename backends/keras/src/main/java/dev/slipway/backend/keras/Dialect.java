package dev.slipway.backend.keras;

/**
 * Who wrote a model, since Keras changed what some words mean.
 *
 * @param version of Keras: {@code 2.1.3}; empty where the file does not say
 * @param isArchive whether it is a {@code .keras} file
 * @param isTheano whether the weights are Theano's, which turns kernels around
 */
record Dialect(String version, boolean isArchive, boolean isTheano) {
    /** 1, 2 or 3. */
    int major() {
        if (version.isEmpty()) {
            return isArchive ? 3 : 2;
        }
        // Files of tf.keras say 2.x; those of "2.x-tf" do, too.
        char first = version.charAt(0);
        return first == '1' || first == '0' ? 1 : first == '3' ? 3 : 2;
    }
}

package dev.slipway.backend.keras;

import org.jspecify.annotations.Nullable;

/** The weights of one layer. Asked again, as for a layer that is called twice, each answers the same. */
interface Weights {
    /**
     * The layer's next weight; layers ask in the order in which Keras makes them.
     *
     * @param role Keras's name of it: {@code kernel}
     * @return null where there is none left
     */
    @Nullable
    Weight next(String role);

    /** The weights of a layer that this one holds: {@code cell}. */
    Weights child(String attribute);

    /**
     * The weights of a layer of the model that this layer is.
     *
     * @param container the layer's name in a {@code .keras} file: its class, and which of these it is
     * @param name the layer's own name
     */
    Weights layer(String container, String name);
}

package dev.slipway.server.control;

import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ServingConfig;
import java.util.List;

/** What configurations are applied to. Used by one thread at a time. */
public interface Effects {
    /**
     * Does as {@code config} says from now on. Where that fails, the caller switches back; so whatever was done, a switch
     * to the former brings all of it back.
     *
     * @throws RuntimeException when it can't be done
     */
    void switchTo(ServingConfig config);

    /**
     * What a switch would change.
     *
     * @param from what was switched to last
     */
    Change forecast(ServingConfig from, ServingConfig to);

    /** What is wrong with the files beside models. */
    List<SlipwayException> faults();
}

package dev.slipway.fuzz;

import java.nio.ByteBuffer;

/** Reads bytes that somebody sent, and throws the result away. */
@FunctionalInterface
interface Decoder {
    /**
     * @throws dev.slipway.api.SlipwayException when the bytes are refused
     * @throws Exception anything else is a fault of the decoder
     */
    void decode(ByteBuffer bytes) throws Exception;
}

/** A server process under load for a long time, while everything around it changes or breaks. */
package dev.slipway.server.soak;

/** What a model was made of, and what runs it: for whoever has to give the same answer again. */
@NullMarked
package dev.slipway.server.provenance;

import org.jspecify.annotations.NullMarked;

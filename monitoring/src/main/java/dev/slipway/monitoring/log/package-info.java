/** The prediction log: what sampled requests asked and were answered, as CloudEvents, in files and at whoever takes them. */
@org.jspecify.annotations.NullMarked
package dev.slipway.monitoring.log;

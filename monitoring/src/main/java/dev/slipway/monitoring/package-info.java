/** What models were asked, and what they answered: for those who look after models, never in the path of a request. */
@org.jspecify.annotations.NullMarked
package dev.slipway.monitoring;

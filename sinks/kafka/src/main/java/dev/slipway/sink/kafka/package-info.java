/** The prediction log in a topic of Kafka. */
@org.jspecify.annotations.NullMarked
package dev.slipway.sink.kafka;

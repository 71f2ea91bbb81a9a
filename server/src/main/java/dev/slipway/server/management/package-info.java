/** What people and programs have done to a running server: loads, unloads, edits of its configuration. */
@NullMarked
package dev.slipway.server.management;

import org.jspecify.annotations.NullMarked;

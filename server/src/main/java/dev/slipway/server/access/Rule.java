package dev.slipway.server.access;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.access.Permit;
import dev.slipway.api.SlipwayException;

/** What a route or a call needs of who asks. */
sealed interface Rule {
    /** Nothing: whether the server is alive and ready, which probes ask. */
    Rule OPEN = new Open();

    /** A list of models. */
    Rule LISTED = new Listed();

    /** @throws SlipwayException as {@link Permit#require} */
    void check(Permit permit);

    /** What is wanted, as far as it is known before the request is read. */
    Need need();

    /** Needs nothing. */
    record Open() implements Rule {
        @Override
        public Need need() {
            return Need.ofServer(Action.READ);
        }

        @Override
        public void check(Permit permit) {}
    }

    /**
     * Needs nothing, and finds out all the same who asks: what handles the request asks the {@link Permit} where it is about more than
     * the server's health.
     */
    record Probe() implements Rule {
        @Override
        public Need need() {
            return Need.ofServer(Action.READ);
        }

        @Override
        public void check(Permit permit) {}
    }

    /** Needs what the path or the method says. */
    record Needs(Need need) implements Rule {
        @Override
        public void check(Permit permit) {
            permit.require(need);
        }
    }

    /**
     * Needs what only the whole request says. Here is looked only whether who asks may do it to anything; what handles the request
     * asks the {@link Permit} once it knows to what.
     */
    record Inside(Action action) implements Rule {
        @Override
        public Need need() {
            return Need.ofServer(action);
        }

        @Override
        public void check(Permit permit) {
            permit.requireSome(action);
        }
    }

    /** Needs a model that may be read, whichever; what handles the request shows no more than those. */
    record Listed() implements Rule {
        @Override
        public Need need() {
            return Need.ofServer(Action.READ);
        }

        @Override
        public void check(Permit permit) {
            permit.requireSome(Action.READ);
        }
    }

    /** A rule for something that concerns the server, or all models. */
    static Rule server(Action action) {
        return new Needs(Need.ofServer(action));
    }

    /** A rule for a model that is named. */
    static Rule model(Action action, String model) {
        return new Needs(Need.of(action, model));
    }
}

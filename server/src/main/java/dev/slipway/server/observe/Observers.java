package dev.slipway.server.observe;

import dev.slipway.monitoring.Prediction;
import dev.slipway.server.transport.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * All who look on.
 *
 * @param each request is shown to each of them
 * @param all told of every request in the end, also of one that no model is known for; on the request's own thread
 */
public record Observers(List<RequestObserver> each, List<BiConsumer<Prediction, RequestContext>> all) {
    /** Nobody. */
    public static final Observers NONE = new Observers(List.of(), List.of());

    public Observers {
        each = List.copyOf(each);
        all = List.copyOf(all);
    }

    /** Who follows a request; empty mostly. */
    List<RequestObserver.Follower> follow(String model, RequestContext context) {
        List<RequestObserver.Follower> following = List.of();
        for (int i = 0; i < each.size(); i++) {
            RequestObserver.Follower follower = each.get(i).begins(model, context);
            if (follower != null) {
                if (following.isEmpty()) {
                    following = new ArrayList<>(each.size());
                }
                following.add(follower);
            }
        }
        return following;
    }
}

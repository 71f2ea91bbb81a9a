package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.observe.Observers;
import dev.slipway.server.observe.RequestObserver;
import dev.slipway.server.observe.Story;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who looks on at a request is in nobody's way. */
class FailingOnlookerTest {
    @Test
    void whatAnOnlookerLacksNobodyElseDoes() {
        RequestObserver fails = (model, context) -> new RequestObserver.Follower() {
            @Override
            public void ended(Prediction prediction) {
                throw new OutOfMemoryError("a copy");
            }
        };
        List<String> told = new ArrayList<>();
        Observers observers = new Observers(
                List.of(fails),
                List.of((prediction, context) -> told.add(prediction.outcome().message())));
        Story story =
                new Story(observers, new Story.Begun("v2-rest", RequestContext.of(null), "here", System.nanoTime(), 1));
        story.isFor("fraud");
        story.failed("anna", new SlipwayException(ErrorCode.INTERNAL, "it broke"));
        assertThat(told).containsExactly("it broke");
    }
}

package dev.slipway.protocol.openinference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.openinference.Schedule;
import dev.slipway.protocol.proto.inference.InferParameter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferCallTest {
    @Test
    void readsThePlaceInTheLineFromSignedAndUnsignedNumbers() {
        InferParameter two = InferParameter.newBuilder().setUint64Param(2).build();
        InferParameter micros = InferParameter.newBuilder().setInt64Param(1500).build();
        assertThat(call(Map.of("priority", two, "timeout", micros)).schedule()).isEqualTo(new Schedule(2, 1500));
        assertThat(call(Map.of()).schedule()).isEqualTo(Schedule.DEFAULT);
        InferParameter huge = InferParameter.newBuilder().setUint64Param(-1).build();
        assertThat(call(Map.of("priority", huge)).schedule().priority()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesWhatIsNoWholeNumberOrBelowZero() {
        InferParameter text = InferParameter.newBuilder().setStringParam("high").build();
        assertThatThrownBy(() -> call(Map.of("priority", text)).schedule())
                .isInstanceOf(SlipwayException.class)
                .hasMessage("parameter 'priority' is no whole number (expected: int64_param)");
        InferParameter negative = InferParameter.newBuilder().setInt64Param(-5).build();
        assertThatThrownBy(() -> call(Map.of("timeout", negative)).schedule())
                .isInstanceOf(SlipwayException.class)
                .hasMessage("parameter 'timeout' is -5 (expected: >= 0)");
    }

    private static InferCall call(Map<String, InferParameter> parameters) {
        return new InferCall(new Target("m", VersionChoice.LATEST, ""), "", parameters, Map.of(), List.of(), false);
    }
}

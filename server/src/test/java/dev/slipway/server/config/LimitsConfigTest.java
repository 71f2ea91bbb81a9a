package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.access.Pattern;
import dev.slipway.core.batching.Tenant;
import dev.slipway.server.limits.Limits;
import dev.slipway.server.limits.Rate;
import dev.slipway.server.limits.Sharing;
import dev.slipway.server.limits.Who;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportTimeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What files say of limits. */
class LimitsConfigTest {
    private static final Path ELSEWHERE = Path.of("/elsewhere");

    private static ConfigDocument config(String text) {
        return ConfigYaml.parse("slipway.yaml", text, ELSEWHERE);
    }

    private static Sharing sharing(String text) {
        return AccessReader.parse("access.yaml", text, ELSEWHERE).sharing();
    }

    @Test
    void readsAModelsLimits() {
        ServingConfig serving = config("""
                repository: models
                defaults: {limits: {concurrent: 64}}
                models:
                  fraud: {limits: {requests: 100/s, rows: 6000/m, bytes: 1.5MiB/h, concurrent: 8, burst: 500ms}}
                  free: {limits: none}
                  other: {}
                """).serving();
        assertThat(serving.of("fraud").limits())
                .isEqualTo(new Limits(
                        new Rate(100, Rate.Unit.SECOND),
                        new Rate(6000, Rate.Unit.MINUTE),
                        new Rate(3 << 19, Rate.Unit.HOUR),
                        8,
                        Duration.ofMillis(500)));
        assertThat(serving.of("free").limits()).isEqualTo(Limits.NONE);
        assertThat(serving.of("other").limits().concurrent()).isEqualTo(64);
        assertThat(serving.of("found").limits().concurrent()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{requests: 100}|requests: 100 (expected: a rate such as 50/s, 600/m or 1000/h)",
                "{requests: 0/s}|requests: '0/s' (expected: a rate such as 50/s, 600/m or 1000/h)",
                "{rows: 5/d}|rows: '5/d' (expected: a rate such as 50/s, 600/m or 1000/h)",
                "{rows: 1e9/s}|rows: '1e9/s' (expected: a rate such as 50/s, 600/m or 1000/h)",
                "{bytes: 10MB/s}|bytes: '10MB/s' (expected: a rate such as 10MiB/s or 1GiB/h)",
                "{bytes: 0.3B/s}|bytes: '0.3B/s' (expected: a rate such as 10MiB/s or 1GiB/h)",
                "{concurrent: 0}|concurrent: 0 (expected: a whole number from 1)",
                "{burst: often}|burst: 'often' (expected: a time such as 500ms, 30s or 5m)",
                "{request: 5/s}|unknown key 'request' (nearest: requests)",
                "some|limits: 'some' (expected: keys such as requests and concurrent, or none)"
            })
    void tellsWhatIsWrongWithAModelsLimits(String limits, String message) {
        assertThatThrownBy(() -> config("repository: models\nmodels: {fraud: {limits: " + limits + "}}\n"))
                .hasMessageStartingWith("slipway.yaml:2: ")
                .hasMessageContaining(message);
    }

    @Test
    void readsWhoSharesAndWhatTheyMayAsk() {
        Sharing sharing = sharing("""
                tenants:
                  web: {members: [key:web, role:web-apps], weight: 4}
                  batch: {members: 'key:batch-*'}
                limits:
                  - {who: tenant:batch, models: 'fraud-*', requests: 50/s}
                  - {concurrent: 16}
                """);
        assertThat(sharing.shares())
                .containsExactly(
                        new Sharing.Share(new Tenant("web", 4), new Who(List.of("key:web", "role:web-apps"))),
                        new Sharing.Share(new Tenant("batch", 1), new Who(List.of("key:batch-*"))));
        assertThat(sharing.allowances())
                .containsExactly(
                        new Sharing.Allowance(
                                new Who(List.of("tenant:batch")),
                                new Pattern("fraud-*"),
                                new Limits(new Rate(50, Rate.Unit.SECOND), null, null, 0, null)),
                        new Sharing.Allowance(Who.ALL, Pattern.ALL, new Limits(null, null, null, 16, null)));
        assertThat(sharing("anonymous: [caller]").shares()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenants: {a: {weight: 2}}|a: a map (expected: members and weight",
                "tenants: {a: {members: x, weight: 0}}|weight: 0 (expected: a whole number from 1 to 1000000)",
                "'tenants: {\"key:a\": {members: x}}'|tenant 'key:a' (expected: a name without a colon)",
                "tenants: {a: {members: 'tenant:b'}}|tenant 'a' has a tenant as a member",
                "tenants: {a: {members: 'group:'}}|members: [group:] (expected: a name after the colon)",
                "limits: [{who: 'tenant:b', requests: 1/s}]|there is no tenant 'b' (expected: one that 'tenants' names)",
                "limits: {requests: 1/s}|limits: a map (expected: a list of limits",
                "limits: [{model: a, requests: 1/s}]|unknown key 'model' (nearest: models)",
                "limits: [{requests: often}]|requests: 'often' (expected: a rate such as 50/s, 600/m or 1000/h)"
            })
    void tellsWhatIsWrongWithTenantsAndTheirLimits(String text, String message) {
        assertThatThrownBy(() -> sharing(text))
                .hasMessageStartingWith("access.yaml:1: ")
                .hasMessageContaining(message);
    }

    @Test
    void readsWhatClientsMayHave() {
        ClientLimits clients = config("""
                repository: models
                limits:
                  max_connections: 100
                  max_connections_per_address: 10
                  max_streams: 50
                  max_headers: 32KiB
                  max_body: 256MiB
                  receive_timeout: 5m
                  answer_timeout: 1m
                  idle_timeout: 10s
                  max_request_timeout: 2m
                """).start().limits().clients();
        TransportLimits limits = clients.limits();
        assertThat(limits.connectionsMax()).isEqualTo(100);
        assertThat(limits.streamsMax()).isEqualTo(50);
        assertThat(limits.bodyBytesMax()).isEqualTo(256 << 20);
        assertThat(limits.heldBytesMax()).isGreaterThan(256L << 20);
        assertThat(limits.single()).isEqualTo(new TransportLimits.Single(32 << 10, 10));
        assertThat(clients.timeouts(Duration.ofSeconds(7)))
                .isEqualTo(new TransportTimeouts(
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(7),
                        Duration.ofMinutes(2)));
        assertThat(config("repository: models").start().limits().clients().limits())
                .isEqualTo(TransportLimits.defaults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_connections: 0|max_connections: 0 (expected: a whole number from 1)",
                "max_headers: 100|max_headers: 100 (expected: a size from 1.0 KiB to 1.0 MiB)",
                "max_body: 3GiB|max_body: '3GiB' (expected: a size from 1.0 KiB to 2.0 GiB)",
                "idle_timeout: 0|idle_timeout: 0 (expected: a time from 1ms, such as 30s)",
                "'max_body: 64MiB, max_bodies: 1MiB'|max_bodies: 1.0 MiB (expected: at least max_body, 64.0 MiB)"
            })
    void tellsWhatIsWrongWithWhatClientsMayHave(String limits, String message) {
        assertThatThrownBy(() -> config("limits: {" + limits + "}\nrepository: models\n"))
                .hasMessageContaining(message);
    }

    @Test
    void whatClientsMayHaveIsChangedByARestart() {
        StartConfig before =
                config("repository: models\nlimits: {max_connections: 5}\n").start();
        StartConfig after =
                config("repository: models\nlimits: {idle_timeout: 1m}\n").start();
        assertThat(after.differences(before))
                .containsExactly(
                        "limits.max_connections: not said (running: 5)", "limits.idle_timeout: 1m (running: not said)");
    }
}

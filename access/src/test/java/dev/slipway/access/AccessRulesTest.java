package dev.slipway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {
    private static final Principal ALICE = new Principal("token:alice", Set.of("ml"), Set.of());
    private static final Principal CI = new Principal("key:ci", Set.of(), Set.of("deployer"));
    private static final Principal BOB = new Principal("token:bob", Set.of(), Set.of());

    private final AccessRules rules = new AccessRules(
            Map.of(
                    "fraud-team",
                    List.of(
                            Grant.of("fraud-*", Action.PREDICT, Action.READ),
                            new Grant(new Pattern("fraud-*"), Set.of(), Set.of("canary"), Set.of(Action.DEPLOY)),
                            new Grant(new Pattern("ranker"), Set.of(3L), Set.of(), Set.of(Action.PREDICT)))),
            Map.of("group:ml", Set.of("fraud-team"), "token:root", Set.of("admin")));

    @ParameterizedTest(name = "group ml may {0} {1}: {2}")
    @CsvSource({
        "PREDICT, fraud-eu, true",
        "READ, fraud-eu, true",
        "DEPLOY, fraud-eu, false",
        "PREDICT, other, false",
        "PREDICT, fraud, false",
        "READ, '', false",
        "EXPLAIN, fraud-eu, false"
    })
    void deniesWhatNoGrantCovers(Action action, String model, boolean allowed) {
        assertThat(rules.allows(ALICE, Need.of(action, model))).isEqualTo(allowed);
        // Once more, from what is remembered.
        assertThat(rules.allows(ALICE, Need.of(action, model))).isEqualTo(allowed);
    }

    @Test
    void grantsForVersionsAndLabelsCoverOnlyRequestsThatNameThem() {
        assertThat(rules.allows(ALICE, need(Action.DEPLOY, "fraud-eu", new VersionChoice.Label("canary"))))
                .isTrue();
        assertThat(rules.allows(ALICE, need(Action.DEPLOY, "fraud-eu", new VersionChoice.Label("stable"))))
                .isFalse();
        assertThat(rules.allows(ALICE, need(Action.PREDICT, "ranker", new VersionChoice.Exact(3))))
                .isTrue();
        assertThat(rules.allows(ALICE, need(Action.PREDICT, "ranker", new VersionChoice.Exact(4))))
                .isFalse();
        assertThat(rules.allows(ALICE, Need.of(Action.PREDICT, "ranker"))).isFalse();
    }

    @Test
    void rolesComeWithCredentialsAndFromNames() {
        assertThat(rules.allows(CI, Need.of(Action.DEPLOY, "any"))).isTrue();
        assertThat(rules.allows(CI, Need.ofServer(Action.ADMINISTER))).isFalse();
        assertThat(rules.allows(new Principal("token:root", Set.of(), Set.of()), Need.ofServer(Action.ADMINISTER)))
                .isTrue();
        assertThat(rules.allows(BOB, Need.of(Action.READ, "fraud-eu"))).isFalse();
    }

    @Test
    void whoShowsSomethingMayDoNoLessThanWhoShowsNothing() {
        AccessRules open = new AccessRules(Map.of(), Map.of("anonymous", Set.of("caller")));
        assertThat(open.allows(Principal.ANONYMOUS, Need.of(Action.PREDICT, "m")))
                .isTrue();
        assertThat(open.allows(BOB, Need.of(Action.PREDICT, "m"))).isTrue();
        assertThat(open.allows(BOB, Need.of(Action.DEPLOY, "m"))).isFalse();
        assertThat(rules.allows(Principal.ANONYMOUS, Need.of(Action.PREDICT, "m")))
                .isFalse();
    }

    @Test
    void aScopeNarrowsWhatRolesAllowAndAddsNothing() {
        Set<Grant> scope = Set.of(Grant.of("fraud-*", Action.PREDICT, Action.DEPLOY, Action.ADMINISTER));
        Principal narrow = new Principal("key:ci", Set.of(), Set.of("deployer"), scope);
        assertThat(rules.allows(narrow, Need.of(Action.DEPLOY, "fraud-eu"))).isTrue();
        assertThat(rules.allows(narrow, Need.of(Action.DEPLOY, "ranker"))).isFalse();
        assertThat(rules.allows(narrow, Need.of(Action.READ, "fraud-eu"))).isFalse();
        assertThat(rules.allows(narrow, Need.of(Action.ADMINISTER, "fraud-eu"))).isFalse();
        assertThat(rules.allows(narrow, Need.ofServer(Action.READ))).isFalse();
        // The same name with a wider key: a decision is remembered for the one, not for the other.
        assertThat(rules.allows(CI, Need.of(Action.DEPLOY, "ranker"))).isTrue();
        assertThat(rules.allows(narrow, Need.of(Action.DEPLOY, "ranker"))).isFalse();
    }

    @Test
    void aScopeNarrowsEvenWhatEverybodyMay() {
        AccessRules open = new AccessRules(Map.of(), Map.of("anonymous", Set.of("caller")));
        Principal narrow = new Principal("key:web", Set.of(), Set.of(), Set.of(Grant.of("fraud", Action.PREDICT)));
        assertThat(open.allows(narrow, Need.of(Action.PREDICT, "fraud"))).isTrue();
        assertThat(open.allows(narrow, Need.of(Action.PREDICT, "other"))).isFalse();
    }

    @Test
    void saysWhoMayNotDoWhat() {
        assertThatThrownBy(() -> rules.require(BOB, need(Action.PREDICT, "fraud-eu", new VersionChoice.Label("x"))))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED))
                .hasMessage("'token:bob' may not predict model 'fraud-eu', label 'x'");
        assertThatThrownBy(() -> rules.require(Principal.ANONYMOUS, Need.ofServer(Action.READ)))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                .hasMessageContaining(
                        "may not read the server (expected: an API key, a token or a client certificate)");
    }

    @Test
    void refusesRolesThatAreNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AccessRules(Map.of(), Map.of("key:ci", Set.of("boss"))))
                .withMessage("'key:ci' has the role 'boss' (expected: one of [admin, caller, deployer, reader])");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AccessRules(Map.of("admin", List.of()), Map.of()))
                .withMessageContaining("role 'admin' is built in");
    }

    @Test
    void staysRightWhenMoreModelsAreInventedThanAreRemembered() {
        for (int at = 0; at < 25_000; at++) {
            assertThat(rules.allows(ALICE, Need.of(Action.PREDICT, "fraud-" + at)))
                    .isTrue();
            assertThat(rules.allows(BOB, Need.of(Action.PREDICT, "fraud-" + at)))
                    .isFalse();
        }
    }

    private static Need need(Action action, String model, VersionChoice version) {
        return new Need(action, model, version);
    }

    /** Names come from clients, as long as a body may be. */
    @Test
    void longNamesAreNeitherRememberedNorRepeated() {
        for (int at = 0; at < 100; at++) {
            String name = at + "x".repeat(100_000);
            assertThatThrownBy(() -> rules.require(ALICE, Need.of(Action.PREDICT, name)))
                    .hasMessageContaining("may not predict model '" + name.substring(0, 20))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
        }
        assertThat(rules.remembered()).isZero();
    }
}

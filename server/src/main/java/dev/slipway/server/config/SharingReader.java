package dev.slipway.server.config;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Pattern;
import dev.slipway.core.batching.Tenant;
import dev.slipway.server.limits.Limits;
import dev.slipway.server.limits.Sharing;
import dev.slipway.server.limits.Sharing.Allowance;
import dev.slipway.server.limits.Sharing.Share;
import dev.slipway.server.limits.Who;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what {@code access.yaml} says of tenants, and of what they may ask. */
final class SharingReader {
    private static final String WHO = "who";
    private static final String MODELS = "models";

    private final Section root;

    SharingReader(Section root) {
        this.root = root;
    }

    /** @param rules that say who has which roles */
    Sharing read(AccessRules rules) {
        List<Share> shares = new ArrayList<>();
        Section tenants = root.section("tenants");
        for (String name : tenants.keys()) {
            share(name, tenants.section(name), shares);
        }
        List<Allowance> allowances = new ArrayList<>();
        YamlValue lines = root.get(LimitsReader.KEY);
        if (lines != null) {
            for (YamlValue line : lines.list()) {
                allowance(new Section(line, root.faults()), shares, allowances);
            }
        }
        return new Sharing(shares, allowances, rules);
    }

    private void share(String name, Section said, List<Share> shares) {
        // Whoever is in no tenant has one that is called like them.
        if (name.isEmpty() || name.indexOf(':') >= 0) {
            said.problem("tenant '%s' (expected: a name without a colon)".formatted(name));
            return;
        }
        Who members = who(said, "members");
        if (members.words().stream().anyMatch(word -> word.startsWith(Who.TENANT))) {
            said.problem(
                    "tenant '%s' has a tenant as a member (expected: principals, groups and roles)".formatted(name));
        }
        shares.add(new Share(new Tenant(name, said.whole("weight", 1, 1)), members));
    }

    private void allowance(Section said, List<Share> shares, List<Allowance> allowances) {
        Who who = said.get(WHO) == null ? Who.ALL : who(said, WHO);
        for (String word : who.words()) {
            String tenant = word.startsWith(Who.TENANT) ? word.substring(Who.TENANT.length()) : "";
            if (!tenant.isEmpty()
                    && tenant.indexOf('*') < 0
                    && shares.stream().noneMatch(share -> share.tenant().name().equals(tenant))) {
                said.problem("limits: there is no tenant '%s' (expected: %s)".formatted(tenant, names(shares)));
            }
        }
        Limits limits = new LimitsReader(said).read();
        allowances.add(new Allowance(who, new Pattern(said.text(MODELS, Pattern.ALL.text())), limits));
    }

    private static String names(List<Share> shares) {
        return shares.isEmpty()
                ? "one that 'tenants' names"
                : "one of "
                        + String.join(
                                ", ",
                                shares.stream()
                                        .map(share -> share.tenant().name())
                                        .toList());
    }

    private Who who(Section said, String key) {
        Set<String> words = AccessReader.names(said.get(key));
        try {
            return new Who(words);
        } catch (IllegalArgumentException e) {
            said.problem("%s: %s (expected: a name after the colon)".formatted(key, words));
            return Who.ALL;
        }
    }
}

package dev.slipway.server.deploy;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of metrics, as a text of Prometheus' format has them, and as queries do. */
final class Exposed {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern IN_QUERY = Pattern.compile("(?<![\\w:$])(?:slipway|jvm|process)_[a-z0-9_]+");
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");

    private Exposed() {}

    /** Of families: a histogram has one. */
    static Set<String> families(String exposition) {
        Set<String> names = new TreeSet<>();
        Matcher found = TYPE.matcher(exposition);
        while (found.find()) {
            names.add(found.group(1));
        }
        return names;
    }

    /** That can be asked for: of classic histograms three, and the one of a native histogram. */
    static Set<String> queryable(String exposition) {
        Set<String> names = new TreeSet<>();
        Matcher found = TYPE.matcher(exposition);
        while (found.find()) {
            names.add(found.group(1));
            if (found.group(2).equals("histogram") || found.group(2).equals("summary")) {
                names.add(found.group(1) + "_bucket");
                names.add(found.group(1) + "_sum");
                names.add(found.group(1) + "_count");
            }
        }
        return names;
    }

    /** That a query asks for. */
    static Set<String> in(String query) {
        Set<String> names = new TreeSet<>();
        Matcher found = IN_QUERY.matcher(TEXT.matcher(query).replaceAll("\"\""));
        while (found.find()) {
            names.add(found.group());
        }
        return names;
    }
}

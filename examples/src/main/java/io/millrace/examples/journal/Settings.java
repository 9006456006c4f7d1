package io.millrace.examples.journal;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What was said with {@code --set}: options of a topology, by name. */
final class Settings {
    static final String SET = "--set";

    private Settings() {}

    static Options declare(Options options, String what) {
        return options.options(SET, "NAME=VALUE", what + "; may be given several times");
    }

    static Map<String, String> of(Options options) throws UsageException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String set : options.texts(SET)) {
            int equals = set.indexOf('=');
            if (equals < 1) {
                throw options.bad(SET + " " + set, "is no setting", "write --set NAME=VALUE");
            }
            if (settings.put(set.substring(0, equals), set.substring(equals + 1)) != null) {
                throw options.bad(SET + " " + set, "sets it twice", "set it once");
            }
        }
        return settings;
    }

    /** As they were said. */
    static String text(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(s -> SET + " " + s.getKey() + "=" + s.getValue())
                .collect(Collectors.joining(" "));
    }
}

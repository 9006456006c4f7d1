package io.millrace.examples.candles;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a bar as text: a number of seconds, minutes or hours. */
final class BarSize {
    static final String FORMS = "a whole number from 1 to 999999 with s, m or h, such as 1s, 1m, 5m or 1h";
    private static final Pattern FORM = Pattern.compile("0*([1-9][0-9]{0,5})([smh])");

    private BarSize() {}

    static Optional<Duration> of(String text) {
        Matcher m = FORM.matcher(text == null ? "" : text);
        if (!m.matches()) {
            return Optional.empty();
        }
        long n = Long.parseLong(m.group(1));
        return Optional.of(
                switch (m.group(2)) {
                    case "s" -> Duration.ofSeconds(n);
                    case "m" -> Duration.ofMinutes(n);
                    default -> Duration.ofHours(n);
                });
    }
}

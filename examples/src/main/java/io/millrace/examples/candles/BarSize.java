package io.millrace.examples.candles;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a bar as text: a number of seconds, minutes or hours. */
final class BarSize {
    static final String FORMS = "a whole number from 1 to 999999 with s, m or h, such as 1s, 1m, 5m or 1h";
    private static final Pattern FORM = Pattern.compile("0*([1-9][0-9]{0,5})([smh])");

    private BarSize() {}

    /** The same for equal sizes: in the largest unit that goes; where none does, in the form of ISO 8601, which a program may ask for. */
    static String text(Duration size) {
        long seconds = size.getSeconds();
        String text =
                seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
        return of(text).filter(size::equals).isPresent() ? text : size.toString();
    }

    /** What {@link #text} has written, too. */
    static Optional<Duration> ofOption(String text) {
        try {
            return of(text).or(() ->
                    Optional.of(Duration.parse(text)).filter(size -> text(size).equals(text)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

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

package io.millrace.transport.aeron;

import io.aeron.ChannelUri;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.agrona.SystemUtil;

/** Whether a channel can be one, before a driver is asked, which says less about what is wrong. */
final class Channels {
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "alias",
            "cc",
            "channel-rcv-ts-offset",
            "channel-snd-ts-offset",
            "control",
            "control-mode",
            "endpoint",
            "eos",
            "fc",
            "group",
            "gtag",
            "init-term-id",
            "interface",
            "linger",
            "max-resend",
            "media-rcv-ts-offset",
            "mtu",
            "nak-delay",
            "prefix",
            "pub-wnd",
            "rcv-wnd",
            "rejoin",
            "reliable",
            "response-correlation-id",
            "response-endpoint",
            "session-id",
            "so-rcvbuf",
            "so-sndbuf",
            "sparse",
            "spies-simulate-connection",
            "ssc",
            "stream-id",
            "tags",
            "term-id",
            "term-length",
            "term-offset",
            "tether",
            "ttl",
            "untethered-linger-timeout",
            "untethered-resting-timeout",
            "untethered-window-limit-timeout"));

    private static final int TERM_MIN = 64 << 10;
    private static final int TERM_MAX = 1 << 30;
    private static final int FRAME = 32;
    private static final int MTU_MAX = 65504;

    private static final List<String> INTS = List.of(
            "channel-rcv-ts-offset",
            "channel-snd-ts-offset",
            "init-term-id",
            "max-resend",
            "media-rcv-ts-offset",
            "session-id",
            "stream-id",
            "term-id",
            "term-offset",
            "ttl");
    private static final List<String> LONGS = List.of("gtag", "response-correlation-id");
    private static final List<String> SIZES = List.of("pub-wnd", "rcv-wnd", "so-rcvbuf", "so-sndbuf");
    private static final List<String> DURATIONS = List.of(
            "linger",
            "nak-delay",
            "untethered-linger-timeout",
            "untethered-resting-timeout",
            "untethered-window-limit-timeout");

    /** What may stand in place of a number. */
    private static final Pattern WORD = Pattern.compile("tag:-?[0-9]+|reserved|prototype");

    private Channels() {}

    /** That of a sink: to a port that the system is to choose nobody can send. */
    static String sent(String channel) {
        ChannelUri uri = ChannelUri.parse(checked(channel));
        String endpoint = uri.get("endpoint");
        if (uri.media().equals("udp") && endpoint != null && endpoint.matches(".*:0+")) {
            throw wrong(
                    channel,
                    "endpoint " + endpoint + ": port 0 is for those who listen",
                    "write endpoint=HOST:PORT with the port of the receiver");
        }
        return channel;
    }

    /** That of a stream to or from one place, to which nobody adds destinations. */
    static String ofOnePlace(String channel) {
        if (isManual(checked(channel))) {
            throw wrong(
                    channel,
                    "control-mode is manual, and nobody here would add the destinations it waits for",
                    "use an endpoint, or control-mode=dynamic, to which receivers come by themselves");
        }
        return channel;
    }

    /** Whether destinations have to be added. */
    private static boolean isManual(String channel) {
        return "manual".equals(ChannelUri.parse(channel).get("control-mode"));
    }

    /** Where nobody is added nobody would ever be heard. */
    static void requireDestinations(String channel, List<String> destinations, String where) throws AeronFault {
        if (destinations.isEmpty() && isManual(channel)) {
            throw new AeronFault(
                    where + "control-mode is manual and there are no destinations; name them by destinations(..)");
        }
    }

    /** Those that are added to the channel of a sink. */
    static List<String> sentTo(String channel, String... all) {
        String cure = "write aeron:udp?endpoint=HOST:PORT";
        return destinations(
                channel,
                cure,
                Channels::sent,
                u -> u.media().equals("udp") && u.get("endpoint") != null && u.get("control") == null,
                all);
    }

    /** Those that are added to the channel of a source: whatever one could subscribe to. */
    static List<String> heardAt(String channel, String... all) {
        String cure =
                "write aeron:udp?endpoint=HOST:PORT, aeron:udp?control=HOST:PORT|control-mode=dynamic, or aeron:ipc";
        return destinations(channel, cure, Channels::checked, u -> !"manual".equals(u.get("control-mode")), all);
    }

    private static List<String> destinations(
            String channel, String cure, UnaryOperator<String> check, Predicate<ChannelUri> isOne, String... all) {
        if (!isManual(channel)) {
            throw wrong(channel, "destinations are for control-mode=manual", "use aeron:udp?control-mode=manual");
        }
        if (all == null || all.length == 0) {
            throw wrong(channel, "it is given no destination", "name at least one");
        }
        for (int i = 0; i < all.length; i++) {
            String one = all[i];
            if (one == null) {
                throw wrong(channel, "destination " + (i + 1) + " is null", cure);
            }
            if (!isOne.test(ChannelUri.parse(check.apply(one)))) {
                throw wrong(one, "it is no destination", cure);
            }
        }
        return List.of(all);
    }

    /** Throws naming the part that is wrong. */
    static String checked(String channel) {
        ChannelUri uri;
        try {
            uri = ChannelUri.parse(channel);
        } catch (RuntimeException e) {
            throw wrong(channel, e.getMessage(), "write aeron:ipc or aeron:udp?endpoint=HOST:PORT");
        }
        if (!uri.media().equals("ipc") && !uri.media().equals("udp")) {
            throw wrong(channel, "media " + uri.media() + " is none", "use ipc or udp");
        }
        uri.forEachParameter((name, value) -> {
            if (!KNOWN.contains(name)) {
                throw wrong(channel, "parameter " + name + " is unknown", "the nearest is " + nearest(name));
            }
        });
        if (uri.media().equals("udp")) {
            checkUdp(channel, uri);
        }
        checkLength(channel, uri, "term-length", TERM_MIN, TERM_MAX, true);
        checkLength(channel, uri, "mtu", FRAME * 2, MTU_MAX, false);
        INTS.forEach(name -> checkNumber(channel, uri, name, Integer::parseInt, "a whole number"));
        LONGS.forEach(name -> checkNumber(channel, uri, name, Long::parseLong, "a whole number"));
        SIZES.forEach(
                name -> checkNumber(channel, uri, name, t -> SystemUtil.parseSize(name, t), "bytes, such as 64k"));
        DURATIONS.forEach(name ->
                checkNumber(channel, uri, name, t -> SystemUtil.parseDuration(name, t), "a time, such as 5s or 200ms"));
        checkNumber(channel, uri, "tags", Channels::parseTags, "whole numbers with commas between");
        return channel;
    }

    private static void parseTags(String text) {
        for (String tag : text.split(",")) {
            if (!tag.isEmpty()) {
                Long.parseLong(tag);
            }
        }
    }

    /** A driver says of it only that it is none, and not what. */
    private static void checkNumber(String channel, ChannelUri uri, String name, Consumer<String> parse, String cure) {
        String text = uri.get(name);
        if (text == null || WORD.matcher(text).matches()) {
            return;
        }
        try {
            parse.accept(text);
        } catch (NumberFormatException e) {
            throw wrong(channel, name + " " + text + " is not possible", "use " + cure);
        }
    }

    private static void checkUdp(String channel, ChannelUri uri) {
        String endpoint = uri.get("endpoint");
        String control = uri.get("control");
        String mode = uri.get("control-mode");
        boolean isManual = "manual".equals(mode);
        if ("response".equals(mode)) {
            throw wrong(
                    channel,
                    "control-mode is response, which a stream of events has no use for",
                    "use control-mode=dynamic, or ask by AeronAsk");
        }
        if (mode != null && !isManual && !mode.equals("dynamic")) {
            throw wrong(channel, "control-mode " + mode + " is none", "use dynamic or manual");
        }
        if ("dynamic".equals(mode) && control == null) {
            throw wrong(channel, "control-mode is dynamic and there is no control", "add control=HOST:PORT");
        }
        if (endpoint == null && control == null && uri.get("tags") == null && !isManual) {
            throw wrong(
                    channel,
                    "there is no endpoint",
                    "add endpoint=HOST:PORT, or control=HOST:PORT for several receivers");
        }
        checkAddress(channel, "endpoint", endpoint);
        checkAddress(channel, "control", control);
    }

    private static void checkAddress(String channel, String name, String address) {
        if (address == null) {
            return;
        }
        int colon = address.lastIndexOf(':');
        String port = colon < 0 ? "" : address.substring(colon + 1);
        if (colon <= 0 || !port.matches("[0-9]+")) {
            throw wrong(channel, name + " " + address + " has no port", "write " + name + "=HOST:PORT");
        }
        if (port.length() > 5 || Integer.parseInt(port) > 0xffff) {
            throw wrong(
                    channel, name + " " + address + ": port " + port + " is not possible", "use one from 0 to 65535");
        }
    }

    private static void checkLength(
            String channel, ChannelUri uri, String name, long least, long most, boolean powerOfTwo) {
        String text = uri.get(name);
        if (text == null) {
            return;
        }
        long bytes = bytes(text);
        boolean fits = bytes >= least && bytes <= most && (powerOfTwo ? Long.bitCount(bytes) == 1 : bytes % FRAME == 0);
        if (!fits) {
            throw wrong(
                    channel,
                    name + " " + text + " is not possible",
                    "use " + (powerOfTwo ? "a power of two" : "a multiple of " + FRAME) + " from " + least + " to "
                            + most);
        }
    }

    private static long bytes(String text) {
        String t = text.toLowerCase(Locale.ROOT);
        int shift = t.endsWith("k") ? 10 : t.endsWith("m") ? 20 : t.endsWith("g") ? 30 : 0;
        String digits = shift == 0 ? t : t.substring(0, t.length() - 1);
        return digits.matches("[0-9]{1,10}") ? Long.parseLong(digits) << shift : -1;
    }

    private static String nearest(String name) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String k : KNOWN) {
            int d = distance(name, k);
            if (d < least) {
                least = d;
                best = k;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static IllegalArgumentException wrong(String channel, String what, String cure) {
        return new IllegalArgumentException("channel " + channel + ": " + what + "; " + cure);
    }
}

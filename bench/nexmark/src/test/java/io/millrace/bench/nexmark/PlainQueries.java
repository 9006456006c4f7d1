package io.millrace.bench.nexmark;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What each query says, over all rows at once: loops over lists, slow and plain. */
final class PlainQueries {
    record P(long id, String name, String city, String state, long t) {}

    record A(
            long id,
            String item,
            String description,
            long first,
            long reserve,
            long t,
            long expires,
            long seller,
            long category,
            String extra) {}

    record B(long auction, long bidder, long price, String channel, String url, long t, String extra) {}

    private record Won(A a, B b) {}

    private final List<P> persons;
    private final List<A> auctions;
    private final List<B> bids;
    private final Map<String, Runnable> all = new TreeMap<>();
    private final List<String> rows = new ArrayList<>();

    /** Over the rows before a time only. */
    PlainQueries before(long ms) {
        return new PlainQueries(
                persons.stream().filter(p -> p.t < ms).toList(),
                auctions.stream().filter(a -> a.t < ms).toList(),
                bids.stream().filter(b -> b.t < ms).toList());
    }

    PlainQueries(List<P> persons, List<A> auctions, List<B> bids) {
        this.persons = persons;
        this.auctions = auctions;
        this.bids = bids;
        rowByRow();
        joins();
        aggregates();
        counts();
    }

    /** The rows of a query, sorted. */
    List<String> rows(String query) {
        rows.clear();
        all.get(query).run();
        return rows.stream().sorted().toList();
    }

    private void row(Object... values) {
        rows.add(String.join(",", Stream.of(values).map(String::valueOf).toList()));
    }

    private static String time(long ms) {
        LocalDateTime at = LocalDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
        String pattern = ms % 1000 == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.SSS";
        return at.format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT));
    }

    private static String day(long ms) {
        return time(ms).substring(0, 10);
    }

    private static int hour(long ms) {
        return Integer.parseInt(time(ms).substring(11, 13));
    }

    private static String milli(long price) {
        return BigDecimal.valueOf(price).multiply(new BigDecimal("0.908")).toPlainString();
    }

    private static String mean(List<Long> values) {
        BigDecimal sum = values.stream().map(BigDecimal::valueOf).reduce(BigDecimal.ZERO, BigDecimal::add);
        return sum.divide(BigDecimal.valueOf(values.size()), new MathContext(28))
                .stripTrailingZeros()
                .toPlainString();
    }

    // ---- row by row

    private void rowByRow() {
        all.put("q0", () -> bids.forEach(b -> row(b.auction, b.bidder, b.price, time(b.t))));
        all.put("q1", () -> bids.forEach(b -> row(b.auction, b.bidder, milli(b.price), time(b.t))));
        all.put(
                "q2",
                () -> bids.stream()
                        .filter(b -> Set.of(1007L, 1020L, 2001L, 2019L, 2087L).contains(b.auction))
                        .forEach(b -> row(b.auction, b.price)));
        all.put(
                "q10",
                () -> bids.forEach(b -> row(
                        b.auction,
                        b.bidder,
                        b.price,
                        time(b.t),
                        day(b.t),
                        String.format(
                                "%02d:%s", (hour(b.t) + 11) % 12 + 1, time(b.t).substring(14, 16)))));
        all.put("q13", () -> bids.forEach(b -> row(b.auction, b.bidder, b.price, time(b.t), b.auction % 10_000)));
        all.put(
                "q14",
                () -> bids.stream()
                        .filter(b -> new BigDecimal(milli(b.price)).compareTo(BigDecimal.valueOf(1_000_000)) > 0
                                && new BigDecimal(milli(b.price)).compareTo(BigDecimal.valueOf(50_000_000)) < 0)
                        .forEach(b -> row(
                                b.auction,
                                b.bidder,
                                milli(b.price),
                                hour(b.t) == 7 || hour(b.t) == 19
                                        ? "otherTime"
                                        : hour(b.t) > 7 && hour(b.t) < 19 ? "dayTime" : "nightTime",
                                time(b.t),
                                b.extra.length() - b.extra.replace("c", "").length())));
        List<String> known = List.of("apple", "google", "facebook", "baidu");
        all.put(
                "q21",
                () -> bids.forEach(b -> {
                    int at = known.indexOf(b.channel.toLowerCase(Locale.ROOT));
                    Optional<String> parameter = Stream.of(b.url.split("&"))
                            .filter(p -> p.startsWith("channel_id="))
                            .map(p -> p.substring("channel_id=".length()))
                            .findFirst();
                    if (at >= 0 || parameter.isPresent()) {
                        row(b.auction, b.bidder, b.price, b.channel, at >= 0 ? at : parameter.get());
                    }
                }));
        all.put(
                "q22",
                () -> bids.forEach(b -> {
                    List<String> parts = new ArrayList<>(List.of(b.url.split("/", -1)));
                    while (parts.size() < 6) {
                        parts.add("");
                    }
                    row(b.auction, b.bidder, b.price, b.channel, parts.get(3), parts.get(4), parts.get(5));
                }));
    }

    // ---- joins

    private List<Won> won(Comparator<B> order) {
        return auctions.stream()
                .map(a -> new Won(
                        a,
                        bids.stream()
                                .filter(b -> b.auction == a.id && b.t >= a.t && b.t <= a.expires)
                                .min(order)
                                .orElse(null)))
                .filter(w -> w.b != null)
                .toList();
    }

    private List<Won> highest() {
        return won(comparingLong((B b) -> -b.price).thenComparingLong(b -> b.t));
    }

    private void joins() {
        all.put(
                "q3",
                () -> persons.stream()
                        .filter(p -> Set.of("or", "id", "ca").contains(p.state))
                        .forEach(p -> auctions.stream()
                                .filter(a -> a.seller == p.id && a.category == 10)
                                .forEach(a -> row(p.name, p.city, p.state, a.id))));
        all.put(
                "q8",
                () -> persons.forEach(p -> {
                    long window = p.t / 10_000;
                    if (auctions.stream().anyMatch(a -> a.seller == p.id && a.t / 10_000 == window)) {
                        row(p.id, p.name, time(window * 10_000));
                    }
                }));
        all.put(
                "q9",
                () -> highest()
                        .forEach(w -> row(
                                w.a.id,
                                w.a.item,
                                w.a.description,
                                w.a.first,
                                w.a.reserve,
                                time(w.a.t),
                                time(w.a.expires),
                                w.a.seller,
                                w.a.category,
                                w.b.auction,
                                w.b.bidder,
                                w.b.price,
                                time(w.b.t))));
        all.put(
                "q20",
                () -> bids.forEach(b -> auctions.stream()
                        .filter(a -> a.id == b.auction && a.category == 10)
                        .forEach(a -> row(
                                b.auction,
                                b.bidder,
                                b.price,
                                b.channel,
                                b.url,
                                time(b.t),
                                b.extra,
                                a.item,
                                a.description,
                                a.first,
                                a.reserve,
                                time(a.t),
                                time(a.expires),
                                a.seller,
                                a.category,
                                a.extra))));
        all.put(
                "q101",
                () -> auctions.forEach(a -> {
                    var max = bids.stream()
                            .filter(b -> b.auction == a.id)
                            .mapToLong(B::price)
                            .max();
                    row(a.id, a.item, max.isPresent() ? max.getAsLong() : "");
                }));
        all.put("q102", () -> {
            long mean = bids.size() / bids.stream().map(B::auction).distinct().count();
            ofAuctions(n -> n > 0 && n >= mean, true);
        });
        all.put("q103", () -> ofAuctions(n -> n >= 20, false));
        all.put("q104", () -> ofAuctions(n -> n == 0 || n >= 20, false));
        all.put("q105", () -> ofAuctions(n -> n > 0, true));
    }

    private void ofAuctions(Predicate<Long> bidsAre, boolean withCount) {
        for (A a : auctions) {
            long n = bids.stream().filter(b -> b.auction == a.id).count();
            if (bidsAre.test(n) && withCount) {
                row(a.id, a.item, n);
            } else if (bidsAre.test(n)) {
                row(a.id, a.item);
            }
        }
    }

    // ---- aggregates

    private void aggregates() {
        all.put(
                "q4",
                () -> highest().stream()
                        .collect(groupingBy(w -> w.a.category))
                        .forEach((category, of) -> row(
                                category, mean(of.stream().map(w -> w.b.price).toList()))));
        all.put(
                "q6",
                () -> won(comparingLong(B::price)).stream()
                        .collect(groupingBy(w -> w.a.seller))
                        .forEach((seller, of) -> {
                            List<Long> prices = of.stream()
                                    .sorted(comparingLong(w -> w.b.t))
                                    .map(w -> w.b.price)
                                    .toList();
                            for (int i = 0; i < prices.size(); i++) {
                                row(seller, mean(prices.subList(Math.max(0, i - 10), i + 1)));
                            }
                        }));
        all.put("q5", () -> {
            TreeSet<Long> starts = new TreeSet<>();
            bids.forEach(b -> {
                for (int i = 0; i < 5; i++) {
                    starts.add((b.t / 2_000 - i) * 2_000);
                }
            });
            for (long start : starts) {
                Map<Long, Long> counts = bids.stream()
                        .filter(b -> b.t >= start && b.t < start + 10_000)
                        .collect(groupingBy(B::auction, counting()));
                long most = counts.values().stream().max(Long::compare).orElseThrow();
                counts.forEach((auction, n) -> {
                    if (n == most) {
                        row(auction, n);
                    }
                });
            }
        });
        all.put(
                "q7",
                () -> bids.stream().collect(groupingBy(b -> b.t / 10_000)).forEach((window, of) -> {
                    long most = of.stream().mapToLong(B::price).max().orElseThrow();
                    bids.stream()
                            .filter(b -> b.price == most && b.t >= window * 10_000 && b.t <= (window + 1) * 10_000)
                            .forEach(b -> row(b.auction, b.price, b.bidder, time(b.t)));
                }));
        all.put(
                "q11",
                () -> bids.stream().collect(groupingBy(B::bidder)).forEach((bidder, of) -> {
                    List<Long> times = of.stream().map(B::t).sorted().toList();
                    int first = 0;
                    for (int i = 1; i <= times.size(); i++) {
                        if (i == times.size() || times.get(i) - times.get(i - 1) > 10_000) {
                            row(bidder, i - first, time(times.get(first)), time(times.get(i - 1) + 10_000));
                            first = i;
                        }
                    }
                }));
        all.put(
                "q106",
                () -> highest().stream()
                        .mapToLong(w -> w.b.price)
                        .min()
                        .ifPresentOrElse(least -> row(least), () -> rows.add("\"\"")));
        all.put(
                "q18",
                () -> bids.stream()
                        .collect(groupingBy(b -> b.bidder + " " + b.auction))
                        .forEach((key, of) -> of.stream()
                                .min(comparingLong((B b) -> -b.t).thenComparing(B::extra))
                                .ifPresent(
                                        b -> row(b.auction, b.bidder, b.price, b.channel, b.url, time(b.t), b.extra))));
        all.put(
                "q19",
                () -> bids.stream().collect(groupingBy(B::auction)).forEach((auction, of) -> {
                    List<B> best = of.stream()
                            .sorted(comparingLong(b -> -b.price))
                            .limit(10)
                            .toList();
                    for (int i = 0; i < best.size(); i++) {
                        B b = best.get(i);
                        row(b.auction, b.bidder, b.price, b.channel, b.url, time(b.t), b.extra, i + 1);
                    }
                }));
    }

    // ---- counts of three ranks

    private void counts() {
        all.put(
                "q15",
                () -> bids.stream()
                        .collect(groupingBy(b -> day(b.t)))
                        .forEach((day, of) -> rows.add(
                                day + ranks(of, b -> new Object()) + ranks(of, B::bidder) + ranks(of, B::auction))));
        all.put(
                "q16",
                () -> bids.stream()
                        .collect(groupingBy(b -> b.channel + "," + day(b.t)))
                        .forEach((key, of) -> rows.add(key + ","
                                + of.stream()
                                        .map(b -> time(b.t).substring(11, 16))
                                        .max(String::compareTo)
                                        .orElseThrow()
                                + ranks(of, b -> new Object()) + ranks(of, B::bidder) + ranks(of, B::auction))));
        all.put(
                "q17",
                () -> bids.stream()
                        .collect(groupingBy(b -> b.auction + "," + day(b.t)))
                        .forEach((key, of) ->
                                rows.add(key + ranks(of, b -> new Object()) + "," + least(of, B::price) + ","
                                        + -least(of, b -> -b.price) + ","
                                        + mean(of.stream().map(B::price).toList()) + ","
                                        + of.stream().mapToLong(B::price).sum())));
    }

    private static long least(List<B> of, ToLongFunction<B> what) {
        return of.stream().mapToLong(what).min().orElseThrow();
    }

    private static String ranks(List<B> of, Function<B, Object> what) {
        List<Predicate<B>> ranks = List.of(
                b -> true,
                b -> b.price < 10_000,
                b -> b.price >= 10_000 && b.price < 1_000_000,
                b -> b.price >= 1_000_000);
        StringBuilder words = new StringBuilder();
        for (Predicate<B> rank : ranks) {
            words.append(',')
                    .append(of.stream()
                            .filter(rank)
                            .map(what)
                            .filter(Objects::nonNull)
                            .distinct()
                            .count());
        }
        return words.toString();
    }
}

package io.millrace.bench;

import io.millrace.bench.system.Systems;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a figure of a system is set beside: of the systems by hand that were measured with it the best, whatever its loop and its way of waiting;
 * where it takes events one by one, of those that do, too. Which one that is may differ from figure to figure.
 */
final class Baselines {
    private Baselines() {}

    /** For one of ours: hand loops beside the inline host, raw Disruptors beside a live engine; none for others. */
    static List<String> of(String system, Collection<String> measured) {
        String kind = Systems.kind(Common.plain(system));
        if (Systems.isOfResults(kind)) {
            return List.of();
        }
        if (kind.startsWith("inline")) {
            return of(Systems.HAND, system, measured);
        }
        boolean hasThread = kind.startsWith("live") || kind.startsWith("exclusive");
        return hasThread ? of(Systems.DISRUPTOR, system, measured) : List.of();
    }

    /** Those of a base, {@link Systems#HAND} or {@link Systems#DISRUPTOR}, with the collector of a system. */
    static List<String> of(String base, String system, Collection<String> measured) {
        Set<String> kinds = Systems.like(base, Common.plain(system));
        return measured.stream()
                .filter(other -> kinds.contains(Systems.kind(Common.plain(other))))
                .filter(other -> Common.collector(other).equals(Common.collector(system)))
                .toList();
    }
}

package io.millrace.lineage;

import java.time.Instant;
import java.util.List;

/**
 * What made one output of a topology: the entry that caused it, and for each node on its way what it took, what it looked at, and
 * what it put out. The same for the same journal, but for the hashes in place of sensitive values, whose key is the process's own.
 *
 * @param topology its name
 * @param output   the name of the output
 * @param sequence the entry at which it came out
 * @param ordinal  its number among those of the entry and the output
 * @param stories  what happened at that entry, and before it, in the order of entries, at those that brought what is no event of an
 *                 input as it came, the nearest 1,000: the last is that of the output
 */
public record Explanation(String topology, String output, long sequence, int ordinal, List<Story> stories) {
    /** Stands for a time that nothing has. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /**
     * An entry of the journal.
     *
     * @param sequence its place
     * @param kind     such as {@code event} or {@code tick}
     * @param input    which input it is of; null where it is of none
     * @param timeNs   event time, or the clock of a tick; {@link #NO_TIME} where it has none
     * @param event    the event in words; null where it is none
     */
    public record Entry(long sequence, String kind, String input, long timeNs, String event) {}

    /**
     * What one entry caused, as far as it matters to the output.
     *
     * @param entry which one
     * @param steps in the order in which they happened
     */
    public record Story(Entry entry, List<Step> steps) {}

    /**
     * A node at work, once.
     *
     * @param number 1, 2, … within its story
     * @param node   its name
     * @param word   the word for it
     * @param site   the line that declared it; may be empty
     * @param key    the key in hand; null where there is none
     * @param due    when what fired was due; {@link #NO_TIME} where an event caused it
     * @param held   the entry of the event that was held back and fired; -1 where there is none
     * @param took   what it took in this entry for it
     * @param said   what it says of it
     * @param put    what it put out
     */
    public record Step(
            int number,
            String node,
            String word,
            String site,
            String key,
            long due,
            long held,
            List<Took> took,
            List<Part> said,
            Put put) {}

    /**
     * What a step took.
     *
     * @param input by which input
     * @param from  the step of the same story that put it out; 0 when that is not known
     */
    public record Took(int input, int from) {}

    /**
     * What a step put out.
     *
     * @param port   the name of the output of the node; null of the main one
     * @param form   null of an insert, or what else it is
     * @param timeNs event time
     * @param event  in words
     * @param bytes  in hex, of the output that is explained, where no field of it is sensitive; null elsewhere
     */
    public record Put(String port, String form, long timeNs, String event, String bytes) {}

    /**
     * Something that a node says.
     *
     * @param name   what it is
     * @param value  its value; null where it has parts or events instead
     * @param parts  its parts; empty where it has none
     * @param events events that the node had taken, in the order in which it took them, the newest 100,000; null where it tells of none
     * @param left   how many more there were before these
     */
    public record Part(String name, String value, List<Part> parts, List<Event> events, long left) {}

    /**
     * An event that a node had taken.
     *
     * @param entry  the entry that brought it, or let it fire; null where that was not found
     * @param form   null of an insert, or what else it is
     * @param timeNs event time
     * @param event  in words; null where it is the event of the entry as it came
     * @param step   the step that put it out, of the story of that entry; 0 where there is none, or it is not told
     */
    public record Event(Entry entry, String form, long timeNs, String event, int step) {}

    /**
     * A moment in words.
     *
     * @param ns nanoseconds since the epoch
     * @return in ISO 8601, UTC; the ends of time by name
     */
    public static String time(long ns) {
        if (ns == Long.MIN_VALUE || ns >= Long.MAX_VALUE - 1) {
            return ns == Long.MIN_VALUE ? "the beginning of time" : "the end of time";
        }
        return Instant.ofEpochSecond(Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L))
                .toString();
    }

    /**
     * The id of the output.
     *
     * @return such as {@code alerts/17.0}
     */
    public String id() {
        return output + "/" + sequence + "." + ordinal;
    }

    /**
     * All of it for people.
     *
     * @return lines
     */
    public String text() {
        return new ExplanationText(this).text();
    }

    /**
     * All of it for programs.
     *
     * @return one JSON object
     */
    public String json() {
        return new ExplanationJson(this).json();
    }
}

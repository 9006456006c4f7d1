package io.millrace.lineage;

import java.time.Instant;
import java.util.List;

/**
 * What made one output of a topology: the entry that caused it and, for each node on the way, what it took, what it
 * looked at, and what it put out. It is the same for the same journal, except the hashes in place of sensitive values,
 * whose key belongs to the process.
 *
 * @param topology the name of the topology
 * @param output the name of the output
 * @param sequence the entry at which it came out
 * @param ordinal its number among the events of that entry and output
 * @param stories what happened at that entry, and at the nearest 1,000 earlier ones that brought something that is no
 *     event of an input as it came; in the order of entries, so that the last is that of the output
 */
public record Explanation(String topology, String output, long sequence, int ordinal, List<Story> stories) {
    /** Stands for a missing time. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /**
     * An entry of the journal.
     *
     * @param sequence its place
     * @param kind for example {@code event} or {@code tick}
     * @param input the input that it is of; null if it is of none
     * @param timeNs event time, or the clock of a tick, in nanoseconds; {@link #NO_TIME} if it has none
     * @param event the event in words; null if it is none
     */
    public record Entry(long sequence, String kind, String input, long timeNs, String event) {}

    /**
     * What one entry caused, as far as it matters to the output.
     *
     * @param entry the entry
     * @param steps in the order in which they happened
     */
    public record Story(Entry entry, List<Step> steps) {}

    /**
     * One call of a node.
     *
     * @param number 1, 2, … within its story
     * @param node its name
     * @param word the word for it
     * @param site the line that declared it; may be empty
     * @param key the key in hand; null if there is none
     * @param due when what fired was due; {@link #NO_TIME} if an event caused it
     * @param held the entry of the event that was held back and fired; -1 if there is none
     * @param took what it took in this entry for it
     * @param said what it says of it
     * @param put what it put out
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
     * @param from the step of the same story that put it out; 0 if unknown
     */
    public record Took(int input, int from) {}

    /**
     * What a step put out.
     *
     * @param port the name of the output of the node; null for the main one
     * @param form null for an insert, otherwise what it is
     * @param timeNs event time
     * @param event in words
     * @param bytes in hex, for the explained output if none of its fields is sensitive; otherwise null
     */
    public record Put(String port, String form, long timeNs, String event, String bytes) {}

    /**
     * Something that a node says of its output.
     *
     * @param name what it is
     * @param value its value; null if it has parts or events instead
     * @param parts its parts; empty if it has none
     * @param events events that the node had taken, in the order in which it took them, the newest 100,000; null if it
     *     tells of none
     * @param left how many more there were before these
     */
    public record Part(String name, String value, List<Part> parts, List<Event> events, long left) {}

    /**
     * An event that a node had taken.
     *
     * @param entry the entry that brought it, or let it fire; null if that was not found
     * @param form null for an insert, otherwise what it is
     * @param timeNs event time
     * @param event in words; null if it is the event of the entry as it came
     * @param step the step that put it out, in the story of that entry; 0 if there is none, or it is not told
     */
    public record Event(Entry entry, String form, long timeNs, String event, int step) {}

    /**
     * Returns a time as text.
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
     * Returns the id of the output.
     *
     * @return for example {@code alerts/17.0}
     */
    public String id() {
        return output + "/" + sequence + "." + ordinal;
    }

    /**
     * Returns all of it as text for people.
     *
     * @return several lines
     */
    public String text() {
        return new ExplanationText(this).text();
    }

    /**
     * Returns all of it for programs.
     *
     * @return one JSON object
     */
    public String json() {
        return new ExplanationJson(this).json();
    }
}

package io.millrace.event;

import java.util.Objects;

/**
 * The requests that a topology sends to the outside (a service, a database, a model that runs elsewhere), and their
 * replies. It consists of an output of requests and an input of replies, which become ports of the topology that uses
 * it.
 *
 * <p>A request is identified by the place of the entry that caused it and its number there ({@link Meta#sequence},
 * {@link Meta#ordinal}), and its reply names it as its {@link Header#cause cause}. Replies are entries of the one order
 * like all other input, so a run can be repeated without sending any request.
 *
 * <p>What answers is bound at the host: a look-up function, or a sink for the requests and a source of replies.
 * Immutable.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the answers
 */
public final class LookupPort<Q, R> {
    /** The bytes of a reply before its answer. */
    public static final int REPLY_HEAD = 1;

    /** The first byte of a reply with an answer. */
    public static final byte ANSWERED = 1;

    /** The first byte of a reply without an answer. */
    public static final byte FAILED = 0;

    /** Its events are identified by their numbers, which it gives to those of one stream. */
    private static final class Requests<Q> extends Output<Q> {
        Requests(String name, EventType<Q> type) {
            super(name, type);
        }

        @Override
        public boolean takesOneStream() {
            return true;
        }
    }

    private final String name;
    private final Output<Q> requests;
    private final Input<Reply<R>> replies;
    private final EventType<R> answer;

    private LookupPort(String name, EventType<Q> request, EventType<R> answer) {
        this.name = Ports.checked(name);
        this.answer = Objects.requireNonNull(answer, "answer");
        this.requests = new Requests<>(name + ".requests", request);
        this.replies = Input.of(name + ".replies", new ReplyType<>(answer));
    }

    /**
     * Creates a port for records.
     *
     * @param name unique among the ports of a topology; its output and input are named after it
     * @param request the record class of the requests
     * @param answer the record class of the answers
     * @param <Q> the type of the requests
     * @param <R> the type of the answers
     * @return the port
     */
    public static <Q extends Record, R extends Record> LookupPort<Q, R> of(
            String name, Class<Q> request, Class<R> answer) {
        return new LookupPort<>(name, EventType.of(request), EventType.of(answer));
    }

    /**
     * Creates a port for any event types.
     *
     * @param name unique among the ports of a topology; its output and input are named after it
     * @param request the type of the requests
     * @param answer the type of the answers
     * @param <Q> the type as which requests are seen
     * @param <R> the type as which answers are seen
     * @return the port
     */
    public static <Q, R> LookupPort<Q, R> of(String name, EventType<Q> request, EventType<R> answer) {
        return new LookupPort<>(name, request, answer);
    }

    /**
     * Returns the name.
     *
     * @return unique among the ports of a topology
     */
    public String name() {
        return name;
    }

    /**
     * Returns the output of requests.
     *
     * @return one of the outputs of a topology that uses the port
     */
    public Output<Q> requests() {
        return requests;
    }

    /**
     * Returns the input of replies. It has no event time: an answer is as old as the event that it is for.
     *
     * @return one of the inputs of a topology that uses the port
     */
    public Input<Reply<R>> replies() {
        return replies;
    }

    /**
     * Returns the type of the answers.
     *
     * @return without the head of a reply
     */
    public EventType<R> answer() {
        return answer;
    }

    @Override
    public String toString() {
        return name + ": " + requests.type() + " -> " + answer;
    }
}

package io.millrace.event;

import java.util.Objects;

/**
 * A way out and a way back in: what a topology asks of the outside (a service, a database, a model elsewhere), and what that
 * answers. It is an output of requests and an input of replies, and a topology that asks has both among its ports. A request is known by the
 * place of the entry that caused it and its number there ({@link Meta#sequence}, {@link Meta#ordinal}); its reply names it as its
 * {@link Header#cause cause}. So replies are entries of the one order like all other input, and a run can be repeated without
 * asking anybody.
 *
 * <p>Who answers is bound at the host: by a function that looks up, or by a sink for the requests and a source of replies.
 * Immutable.
 *
 * @param <Q> the request
 * @param <R> the answer
 */
public final class LookupPort<Q, R> {
    /** The bytes of a reply in front of its answer. */
    public static final int REPLY_HEAD = 1;

    /** How a reply with an answer begins. */
    public static final byte ANSWERED = 1;

    /** How a reply without an answer begins. */
    public static final byte FAILED = 0;

    /** Its events are known by their numbers, which it gives to those of one stream. */
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
     * A port for records.
     *
     * @param name    unique in a topology, as ports are; its output and input are called after it
     * @param request the request, a record
     * @param answer  the answer, a record
     * @param <Q>     the request
     * @param <R>     the answer
     * @return the port
     */
    public static <Q extends Record, R extends Record> LookupPort<Q, R> of(
            String name, Class<Q> request, Class<R> answer) {
        return new LookupPort<>(name, EventType.of(request), EventType.of(answer));
    }

    /**
     * A port for any types.
     *
     * @param name    unique in a topology, as ports are; its output and input are called after it
     * @param request the type of requests
     * @param answer  the type of answers
     * @param <Q>     the request
     * @param <R>     the answer
     * @return the port
     */
    public static <Q, R> LookupPort<Q, R> of(String name, EventType<Q> request, EventType<R> answer) {
        return new LookupPort<>(name, request, answer);
    }

    /**
     * The name.
     *
     * @return unique in a topology
     */
    public String name() {
        return name;
    }

    /**
     * Where requests go out.
     *
     * @return among the outputs of a topology that asks
     */
    public Output<Q> requests() {
        return requests;
    }

    /**
     * Where replies come in. It has no event time: an answer is as old as the event it is for.
     *
     * @return among the inputs of a topology that asks
     */
    public Input<Reply<R>> replies() {
        return replies;
    }

    /**
     * The type of answers.
     *
     * @return without what a reply has in front
     */
    public EventType<R> answer() {
        return answer;
    }

    @Override
    public String toString() {
        return name + ": " + requests.type() + " -> " + answer;
    }
}

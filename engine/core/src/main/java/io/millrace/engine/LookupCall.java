package io.millrace.engine;

import io.millrace.transport.AskedBy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One request and its attempts. The first answer of any attempt counts; when the last attempt has failed the request has. Its state
 * is guarded by itself, and neither the user's code nor publishing runs under that lock.
 */
final class LookupCall<Q, R> {
    private final LookupRunner<Q, R> runner;
    private final AskedBy by;
    private final Q request;

    /** The attempt under way, and the last one that has failed. */
    private int attempt;

    private int failedAttempt;
    private boolean over;
    private Future<?> timeout;

    LookupCall(LookupRunner<Q, R> runner, AskedBy by, Q request) {
        this.runner = runner;
        this.by = by;
        this.request = request;
    }

    void ask() {
        int mine;
        synchronized (this) {
            if (over) {
                return; // an earlier attempt has answered after all
            }
            mine = ++attempt;
        }
        try {
            CompletionStage<? extends R> stage = Objects.requireNonNull(
                    runner.lookup().ask(request, by), "ask(..) returned null instead of a CompletionStage");
            watch(mine, stage);
            stage.whenComplete((answer, t) -> {
                if (t == null && answer != null) {
                    answered(answer);
                } else {
                    failed(mine, t == null ? "it answered null" : runner.told(cause(t)));
                }
            });
        } catch (VirtualMachineError e) {
            failed(mine, runner.told(e));
            throw e; // halts the engine, where this is the sink's thread
        } catch (Throwable t) {
            failed(mine, runner.told(t));
        }
    }

    private static Throwable cause(Throwable t) {
        return t instanceof CompletionException && t.getCause() != null ? t.getCause() : t;
    }

    private synchronized void watch(int mine, CompletionStage<? extends R> stage) {
        if (!over && attempt == mine) {
            timeout = after(runner.how().timeout().toNanos(), () -> timedOut(mine, stage));
        }
    }

    /** Null when the host has closed: nothing is waited for then. */
    private Future<?> after(long delayNs, Runnable work) {
        try {
            return runner.timers().schedule(work, delayNs, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    private void timedOut(int mine, CompletionStage<? extends R> stage) {
        Duration most = runner.how().timeout();
        failed(mine, "no answer within " + most);
        if (stage instanceof Future<?> f) {
            f.cancel(true); // whoever looks up is free again
        }
    }

    private void answered(R answer) {
        if (end()) {
            runner.reply(by, answer, null);
        }
    }

    private synchronized boolean end() {
        boolean first = !over;
        over = true;
        stopTimeout();
        return first;
    }

    private void stopTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    private void failed(int mine, String why) {
        synchronized (this) {
            if (over || mine <= failedAttempt) {
                return; // it had timed out before
            }
            failedAttempt = mine;
            stopTimeout();
            if (mine < runner.how().attempts()) {
                after(runner.how().backoff().delayNs(by.sequence(), by.ordinal(), mine), this::ask);
                return;
            }
            over = true;
        }
        runner.reply(by, null, why);
    }
}

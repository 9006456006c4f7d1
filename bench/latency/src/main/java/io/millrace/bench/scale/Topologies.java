package io.millrace.bench.scale;

import io.millrace.bench.workloads.Answer;

/** Several engines in one JVM, each with 10,000 keys; events go round. By hand: as many tables. */
final class Topologies implements Pair {
    private static final int KEYS = 10_000;

    private final Keys[] engines;

    Topologies(int topologies) {
        engines = new Keys[topologies];
        for (int i = 0; i < topologies; i++) {
            engines[i] = new Keys(KEYS);
        }
    }

    @Override
    public void load() {
        for (Keys engine : engines) {
            engine.load();
        }
    }

    @Override
    public void ours(long i) {
        engines[(int) (i % engines.length)].ours(i / engines.length);
    }

    @Override
    public void hand(long i) {
        engines[(int) (i % engines.length)].hand(i / engines.length);
    }

    private static void add(Answer to, Answer more) {
        to.hit(more.checksum() ^ more.count());
    }

    @Override
    public Answer oursAnswer() {
        Answer all = new Answer();
        for (Keys engine : engines) {
            add(all, engine.oursAnswer());
        }
        return all;
    }

    @Override
    public Answer handAnswer() {
        Answer all = new Answer();
        for (Keys engine : engines) {
            add(all, engine.handAnswer());
        }
        return all;
    }
}

package io.millrace.bench.peers;

import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Tx;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/** W2: what is kept of a card, its logins of the last five seconds. */
public final class Logins {
    private record Login(long timeMs, long id) {}

    private final ArrayDeque<Login> logins = new ArrayDeque<>(4);

    int bytes() {
        return 2 * Long.BYTES * logins.size();
    }

    void write(ByteBuffer to) {
        logins.forEach(login -> to.putLong(login.timeMs).putLong(login.id));
    }

    static Logins read(ByteBuffer from) {
        Logins read = new Logins();
        while (from.hasRemaining()) {
            read.logins.add(new Login(from.getLong(), from.getLong()));
        }
        return read;
    }

    void on(Tx tx, Consumer<Result> out) {
        while (!logins.isEmpty() && logins.peek().timeMs < tx.timeMs - Arithmetic.JOIN_MS) {
            logins.poll();
        }
        if (tx.kind == Tx.LOGIN) {
            logins.add(new Login(tx.timeMs, tx.id));
            return;
        }
        for (Login login : logins) {
            if (login.timeMs < tx.timeMs) {
                out.accept(new Result.Pair(tx.id, login.id));
            }
        }
    }
}

package io.millrace.operators.join;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.operators.Joined;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.rate.Fork;
import io.millrace.operators.rate.Ping;
import io.millrace.operators.rate.Twin;
import java.util.List;
import java.util.Random;

/** Joins of tables as words of random topologies. */
public final class TableTwins {
    private static final int VALUES = 997;

    private TableTwins() {}

    /** Of one key. */
    public static Twin tables(String name, List<Twin> one, List<Twin> other, Random random) {
        return new Tables(name, one, other, JoinKind.values()[random.nextInt(3)]);
    }

    /** Of rows that name the key of another one. */
    public static Twin foreignKeys(String name, List<Twin> one, List<Twin> other, Random random) {
        return new ForeignKeys(name, one, other, random.nextBoolean() ? JoinKind.INNER : JoinKind.LEFT);
    }

    private static Trade trade(Ping p) {
        return new Trade(p.key(), Math.floorMod(p.value(), VALUES), p.timeNs());
    }

    private static Price price(Ping p) {
        return new Price(p.key(), Math.floorMod(p.value(), VALUES), false, p.timeNs());
    }

    private static Ping pair(Joined<Trade, Price> j) {
        return pair(j.hasLeft() ? j.left() : null, j.hasRight() ? j.right() : null);
    }

    /** By the key that either has; that of the left one where their keys differ. */
    private static Ping pair(Trade left, Price right) {
        long value = (left == null ? -1 : left.id()) * 7 + (right == null ? -1 : right.value());
        return new Ping(left == null ? right.key() : left.key(), value, left == null ? right.ns() : left.ns());
    }

    private abstract static class OfTables extends Fork {
        final JoinKind kind;

        OfTables(String name, List<Twin> one, List<Twin> other, JoinKind kind) {
            super(name, one, other);
            this.kind = kind;
        }

        abstract KeyedStream<Joined<Trade, Price>> join(KeyedStream<Trade> left, KeyedStream<Price> right);

        @Override
        protected final KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return join(left.map(Trade.class, TableTwins::trade), right.map(Price.class, TableTwins::price))
                    .map(Ping.class, TableTwins::pair);
        }

        @Override
        protected final Brings sends(Brings left, Brings right) {
            return left.and(right) == Brings.WINDOWS ? null : Brings.ROWS;
        }
    }

    private static final class Tables extends OfTables {
        private final TableJoinOracle oracle;

        Tables(String name, List<Twin> one, List<Twin> other, JoinKind kind) {
            super(name, one, other, kind);
            oracle = new TableJoinOracle(kind);
        }

        @Override
        KeyedStream<Joined<Trade, Price>> join(KeyedStream<Trade> left, KeyedStream<Price> right) {
            return left.tableJoin(name, right, kind);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            Ping p = item.ping();
            boolean isGone = item.form() == EntryForm.RETRACTION;
            TableJoinOracle.Told told = isLeft
                    ? oracle.left(p.key(), isGone ? null : trade(p))
                    : oracle.right(p.key(), isGone ? null : price(p));
            if (told != null) {
                out.add(item.causes(
                        told.form(), pair(told.rows().left(), told.rows().right())));
            }
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new Tables(name, newOne, newOther, kind);
        }
    }

    private static final class ForeignKeys extends OfTables {
        private static final int KEYS = 4;

        private final ForeignKeyOracle oracle;
        private Item inHand;
        private List<Item> to;

        ForeignKeys(String name, List<Twin> one, List<Twin> other, JoinKind kind) {
            super(name, one, other, kind);
            oracle = new ForeignKeyOracle(kind, ForeignKeys::names, this::tell);
        }

        private static long names(Trade t) {
            return t.id() % KEYS;
        }

        private void tell(EntryForm form, Trade left, Price right, long ns) {
            to.add(inHand.causes(form, pair(left, right)));
        }

        @Override
        KeyedStream<Joined<Trade, Price>> join(KeyedStream<Trade> left, KeyedStream<Price> right) {
            return left.foreignKeyJoin(name, ForeignKeys::names, right, kind);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            inHand = item;
            to = out;
            Ping p = item.ping();
            boolean isGone = item.form() == EntryForm.RETRACTION;
            if (isLeft) {
                oracle.left(isGone ? new Trade(p.key(), -1, 0) : trade(p), item.timeNs());
            } else {
                oracle.right(isGone ? new Price(p.key(), 0, true, 0) : price(p), item.timeNs());
            }
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new ForeignKeys(name, newOne, newOther, kind);
        }
    }
}

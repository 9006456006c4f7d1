package io.millrace.state;

import java.util.List;

/**
 * The budget of rows put together: pages and index for all keys are charged at start, to each operator by its columns. So a
 * page that is taken later was paid for, whatever the operators have done with the rest of their budgets.
 */
final class JointBudget extends StateBudget {
    /** Of what is left of the budget of an operator without a declared bound, the rows may take so many eighths. */
    private static final int EIGHTHS_FOR_ROWS = 5;

    private JointBudget(String owners, long bytes, Pages pages) {
        super(owners, bytes, pages);
    }

    /** Charges what so many keys need; null, and nothing charged, when some operator has no room for its part. */
    static JointBudget of(List<KeyedRows> members, int longs, int keys) {
        long pages = (keys - 1) / Blocks.perPage(longs) + 1L;
        long bytes = pages * Pages.PAGE_BYTES + HashIndex.longs(homes(keys), keys) * Long.BYTES;
        long[] parts = new long[members.size()];
        long left = bytes;
        for (int i = parts.length - 1; i >= 0; i--) {
            KeyedRows m = members.get(i);
            parts[i] = i == 0 ? left : bytes / longs * m.longsPerRow();
            left -= parts[i];
            long calendar = m.hasCalendar() ? ExpiryCalendar.bytes(keys) : 0;
            if (parts[i] + calendar > room(m)) {
                return null;
            }
        }
        StringBuilder owners = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            members.get(i).budget().charge(parts[i]);
            owners.append(i == 0 ? "" : ", ").append(members.get(i).budget().owner());
        }
        return new JointBudget(owners.toString(), bytes, members.get(0).budget().pages());
    }

    private static long room(KeyedRows m) {
        long left = m.budget().bytes() - m.budget().usedBytes();
        return m.isDeclared() ? left : left / 8 * EIGHTHS_FOR_ROWS;
    }

    /** The index is at most 70 % full. */
    static int homes(int keys) {
        return (int) (keys * 10L / 7 + 1);
    }
}

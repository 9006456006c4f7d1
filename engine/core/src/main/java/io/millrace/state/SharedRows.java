package io.millrace.state;

import java.util.List;

/** Rows that several operators have part in: saved with the state of the first of them, before that. */
public final class SharedRows implements Saved {
    private final List<String> owners;
    private final Blocks blocks;
    private final RowKeys keys;

    SharedRows(List<String> owners, Blocks blocks, RowKeys keys) {
        this.owners = List.copyOf(owners);
        this.blocks = blocks;
        this.keys = keys;
    }

    /**
     * Whose they are.
     *
     * @return the names of the operators, in the order of their columns
     */
    public List<String> owners() {
        return owners;
    }

    @Override
    public void save(StateWriter to) {
        blocks.save(to);
        keys.save(to);
    }

    @Override
    public void load(StateReader from) {
        blocks.load(from);
        keys.load(from);
    }
}

package io.millrace.examples.fraud;

import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;

/** Payments and features as rows of CSV. */
final class PaymentRows {
    static final String[] COLUMNS = {
        "TRANSACTION_ID", "TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT", "TX_FRAUD"
    };

    private PaymentRows() {}

    static Payment payment(CsvRow row) throws RowProblem {
        return new Payment(
                row.asLong(0),
                Math.floorDiv(row.asEpochNs(1), 1_000_000_000L), // of the years that the engine's time can hold
                row.asLong(2),
                row.asLong(3),
                row.asDouble(4, 0, Double.MAX_VALUE),
                row.asLong(5, 0, 1) == 1);
    }

    static void put(CsvWriter out, FeatureRow f) throws FileFault {
        out.putLong(f.id()).putLong(f.weekend()).putLong(f.night());
        out.putLong(f.customerCount1()).putDouble(f.customerMean1());
        out.putLong(f.customerCount7()).putDouble(f.customerMean7());
        out.putLong(f.customerCount30()).putDouble(f.customerMean30());
        out.putLong(f.terminalCount1()).putDouble(f.terminalRisk1());
        out.putLong(f.terminalCount7()).putDouble(f.terminalRisk7());
        out.putLong(f.terminalCount30()).putDouble(f.terminalRisk30());
        out.endRow();
    }
}

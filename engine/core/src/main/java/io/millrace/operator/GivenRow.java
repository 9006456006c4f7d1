package io.millrace.operator;

import io.millrace.event.EventType;
import io.millrace.event.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A row that an operator was given when it was built: a default, a fallback, the initial value of a setting.
 *
 * <p>People see its text, in which sensitive fields are hashes under a key that each process draws for itself. A
 * journal outlives its process, so what it keeps for comparison is {@link #kept()}.
 *
 * @param type its layout
 * @param row the row
 * @param <R> the type of the row
 */
public record GivenRow<R>(EventType<R> type, R row) {
    private static final String SECRET = " of sensitive fields";

    private static final String QUOTE = "'";

    // Whoever has the number may try out values: each costs as much as this, and 32 bits leave many that fit where
    // there are many at all.
    private static final int ROUNDS = 4_000;
    private static final int BITS = 32;

    /**
     * A row.
     *
     * @param type its layout
     * @param row  the row
     */
    public GivenRow {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(row, "row");
    }

    /**
     * Returns the name of a value that stands for sensitive fields: it is compared, and shown to nobody.
     *
     * @param name that of the row, possibly in quotes at its end
     * @return a longer name
     */
    public static String secretName(String name) {
        return name.endsWith(QUOTE)
                ? name.substring(0, name.length() - QUOTE.length()) + SECRET + QUOTE
                : name + SECRET;
    }

    /**
     * Tells whether a name is one of {@link #secretName}.
     *
     * @param name of a value that is kept and compared
     * @return if true, nobody sees the value
     */
    public static boolean isSecret(String name) {
        return name.endsWith(SECRET) || name.endsWith(SECRET + QUOTE);
    }

    /**
     * For descriptions.
     *
     * @return by its layout, so that fields marked as sensitive appear as a hash
     */
    public String text() {
        try {
            byte[] bytes = new byte[type.maxLength()];
            return type.text(bytes, 0, type.encode(row, bytes, 0));
        } catch (RefusedException e) {
            return "a row that does not fit " + type.name(); // which build() says, with the reason
        }
    }

    /**
     * Returns what is kept and compared in place of a row with sensitive fields: the same in every process.
     *
     * @return a number made from all its bytes, which takes some milliseconds
     */
    public String kept() {
        try {
            byte[] bytes = new byte[type.maxLength()];
            return slowHash(HexFormat.of().formatHex(bytes, 0, type.encode(row, bytes, 0)), type.layout());
        } catch (RefusedException e) {
            return text();
        }
    }

    @Override
    public String toString() {
        return text(); // that of the row would show all its fields
    }

    private static String slowHash(String text, String salt) {
        PBEKeySpec asked = new PBEKeySpec(text.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), ROUNDS, BITS);
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(asked)
                    .getEncoded();
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "rows with sensitive fields are compared by PBKDF2WithHmacSHA256, which this JVM does not have; give it"
                            + " the security provider SunJCE",
                    e);
        } finally {
            asked.clearPassword();
        }
    }
}

import { CatalystError } from "@catalyst/base/errors";
import type { Pool } from "pg";

/** Refuses a database that orders or encodes text otherwise than every other end of the port. */
export async function checkDatabase(pool: Pool): Promise<void> {
  const { rows } = await pool.query(
    "SELECT datcollate, pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = current_database()",
  );
  const { datcollate, encoding } = rows[0] as { readonly datcollate: string; readonly encoding: string };
  if (/^(C|POSIX|C\.UTF-?8)$/i.test(datcollate) && encoding === "UTF8") return;
  throw new CatalystError(
    "tables-collation",
    `the database orders text as ${datcollate} and encodes it in ${encoding}`,
    { hint: "Make it with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0." },
  );
}

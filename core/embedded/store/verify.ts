import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { damaged, openFailure } from "./failures.ts";
import { readTail, type TailRecord } from "./tail.ts";

/** The chain's beginning. */
const beginning: TailRecord = { sequence: 0, checksum: new Uint8Array(32) };

/**
 * Compares the database with what was acknowledged last and gives the last commit in it. Opens it for reading
 * only: on damage nothing is changed, not even the write-ahead log folded in. Throws `store-damaged`, `store-full`,
 * `store-unusable`.
 *
 * The database may be ahead of the tail file (killed after COMMIT, before the answer), never behind.
 */
export function verifyTail(database: string, tailPath: string): TailRecord {
  const tail = readTail(tailPath);
  if (tail === "unreadable") throw damaged(tailPath, "it holds no intact record");
  if (!existsSync(database)) {
    if (tail === undefined || tail.sequence === 0) return beginning;
    throw damaged(database, `it is gone, but ${tail.sequence} commits were acknowledged`);
  }
  const commits = readCommits(database);
  const last = commits.at(-1) ?? beginning;
  if (tail === undefined) {
    if (last.sequence === 0) return beginning;
    throw damaged(tailPath, "it is gone, so nobody can tell whether acknowledged writes are missing");
  }
  if (last.sequence < tail.sequence) {
    const missing = tail.sequence - last.sequence;
    throw damaged(
      database,
      `the last ${missing} acknowledged ${missing === 1 ? "commit is" : "commits are"} missing`,
    );
  }
  if (tail.sequence === 0) return last;
  const recorded = commits.find((commit) => commit.sequence === tail.sequence);
  if (recorded === undefined || !Buffer.from(recorded.checksum).equals(tail.checksum)) {
    throw damaged(database, `commit ${tail.sequence} isn't the one that was acknowledged`);
  }
  return last;
}

function readCommits(path: string): TailRecord[] {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(path, { readOnly: true });
    const known = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store_commits'").get();
    if (known === undefined) return [];
    return sqlite
      .prepare("SELECT sequence, checksum FROM store_commits ORDER BY sequence")
      .all() as unknown as TailRecord[];
  } catch (error) {
    throw openFailure(path, error);
  } finally {
    sqlite?.close();
  }
}

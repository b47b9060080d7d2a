import { execFileSync } from "node:child_process";
import { postgresTables } from "@catalyst/adapter-postgres";
import { tablesContract } from "@catalyst/ports/tables/contract";
import { describe, expect, it } from "vitest";
import { available } from "./available.ts";
import { programs } from "./build.ts";
import { componentNamed, startLab } from "./lab.ts";

const onIdleError = () => undefined;

describe.skipIf(!(await available(import.meta.filename, "postgres")))("the real PostgreSQL", () => {
  tablesContract("PostgreSQL", async () => {
    const lab = await startLab(["postgres"]);
    const open = () => postgresTables({ url: lab.fact("postgres", "url"), onIdleError });
    let tables = await open();
    return {
      tables,
      reopen: async () => {
        await tables.close();
        tables = await open();
        return tables;
      },
      close: async () => {
        await tables.close();
        await lab.stop();
      },
    };
  });

  it("refuses a database of another encoding, and one that isn't there", async () => {
    const lab = await startLab(["postgres"]);
    try {
      const url = lab.fact("postgres", "url");
      const words = ["--template", "template0", "--encoding", "SQL_ASCII", "--locale", "C"];
      const createdb = programs(componentNamed("postgres"))["createdb"] ?? "";
      execFileSync(createdb, [...words, "--maintenance-db", url, "ascii"]);
      const ascii = postgresTables({ url: url.replace(/postgres$/, "ascii"), onIdleError });
      await expect(ascii).rejects.toMatchObject({ code: "tables-collation" });
      const missing = postgresTables({ url: "postgres://lab@127.0.0.1:1/postgres", onIdleError });
      await expect(missing).rejects.toMatchObject({ code: "tables-unavailable" });
    } finally {
      await lab.stop();
    }
  }, 60_000);
});

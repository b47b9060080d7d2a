import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Migration, OpenTables, TableArea, Tables } from "./tables.ts";

/** A database to test; `reopen` ends it and opens it anew on the same data. */
export interface OpenedTables {
  readonly tables: Tables;
  reopen(): Promise<Tables>;
  close(): Promise<void>;
}

interface Account {
  readonly id: string;
  readonly owner: string;
  readonly balance: number;
  readonly note: string | null;
}

interface Schema {
  readonly contract_accounts: Account;
}

const make: Migration = (schema) => [
  schema
    .createTable("contract_accounts")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("balance", "bigint", (column) => column.notNull())
    .addColumn("note", "text"),
  schema.createIndex("contract_accounts_owner").on("contract_accounts").column("owner"),
];

interface Later extends Schema {
  readonly contract_marks: { readonly id: string };
}

const addMarks: Migration = (schema) => [
  schema.createTable("contract_marks").addColumn("id", "text", (column) => column.primaryKey().notNull()),
];

const area: TableArea = { name: "contract", migrations: [make] };
const largest = Number.MAX_SAFE_INTEGER;

/** What every end of the port does. */
export function tablesContract(name: string, open: () => Promise<OpenedTables>): void {
  describe(`${name} as a database of tables`, () => {
    let opened: OpenedTables;
    let accounts: OpenTables<Schema>;
    let count = 0;
    const fresh = () => `account-${count++}`;

    beforeAll(async () => {
      opened = await open();
      accounts = await opened.tables.open<Schema>(area);
    }, 60_000);
    afterAll(() => opened.close());

    const insert = (id: string, fields: Partial<Account> = {}) =>
      accounts.query
        .insertInto("contract_accounts")
        .values({ id, owner: "ada", balance: 0, note: null, ...fields });
    const find = (id: string) =>
      accounts.query
        .selectFrom("contract_accounts")
        .select(["owner", "balance", "note"])
        .where("id", "=", id)
        .executeTakeFirst();
    const withdraw = (id: string, amount: number) =>
      accounts.query
        .updateTable("contract_accounts")
        .set(({ eb }) => ({ balance: eb("balance", "-", amount) }))
        .where("id", "=", id)
        .where("balance", ">=", amount);

    it("gives back what was written", async () => {
      const id = fresh();
      await insert(id, { owner: 'ü "\n', balance: largest, note: "" }).execute();
      expect(await find(id)).toEqual({ owner: 'ü "\n', balance: largest, note: "" });
      const { numUpdatedRows } = await accounts.query
        .updateTable("contract_accounts")
        .set({ balance: -largest, note: null })
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      expect(Number(numUpdatedRows)).toBe(1);
      expect(await find(id)).toMatchObject({ balance: -largest, note: null });
      const { numDeletedRows } = await accounts.query
        .deleteFrom("contract_accounts")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      expect(Number(numDeletedRows)).toBe(1);
      expect(await find(id)).toBeUndefined();
    });

    it("orders texts by code point, and counts and sums as numbers", async () => {
      const owner = fresh();
      const ids = ["Zoe", "ada", "Äda", "a-b", "aB", "a b"].map((id) => `${owner}/${id}`);
      for (const id of ids) await insert(id, { owner, balance: 2 ** 40 }).execute();
      const mine = accounts.query.selectFrom("contract_accounts").where("owner", "=", owner);
      const found = await mine.select("id").orderBy("id").execute();
      expect(found.map(({ id }) => id)).toEqual(ids.toSorted());
      const totals = await mine
        .select(({ fn }) => [fn.countAll<number>().as("count"), fn.sum<number>("balance").as("sum")])
        .executeTakeFirst();
      expect(totals).toEqual({ count: 6, sum: 6 * 2 ** 40 });
    });

    it("keeps the first of two with one key when asked to", async () => {
      const id = fresh();
      await insert(id, { balance: 1 }).execute();
      await insert(id, { balance: 2 })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
      expect(await find(id)).toMatchObject({ balance: 1 });
    });

    it("refuses a statement that breaks a constraint, and goes on", async () => {
      const id = fresh();
      await insert(id).execute();
      const refused = { code: "tables-statement" };
      await expect(insert(id).execute()).rejects.toMatchObject(refused);
      await expect(insert(fresh(), { owner: null as never }).execute()).rejects.toMatchObject(refused);
      await expect(accounts.write([{ query: insert(id) }])).rejects.toMatchObject(refused);
      expect(await find(id)).toBeDefined();
    });

    it("refuses RETURNING, which not everyone has", async () => {
      const query = insert(fresh()).returning("id");
      await expect((async () => query.execute())()).rejects.toMatchObject({ code: "tables-statement" });
    });

    describe("a write", () => {
      it("does all or nothing", async () => {
        const [a, b] = [fresh(), fresh()];
        await accounts.write([{ query: insert(a, { balance: 5 }) }, { query: insert(b) }]);
        const broken = accounts.write([{ query: withdraw(a, 5) }, { query: insert(b) }]);
        await expect(broken).rejects.toMatchObject({ code: "tables-statement" });
        expect(await find(a)).toMatchObject({ balance: 5 });
      });

      it("fails when a change meets another number of rows than it must", async () => {
        const [a, b] = [fresh(), fresh()];
        await insert(a, { balance: 5 }).execute();
        const spent = accounts.write([{ query: insert(b) }, { query: withdraw(a, 6), rows: 1 }]);
        await expect(spent).rejects.toMatchObject({ code: "tables-conflict" });
        expect(await find(b)).toBeUndefined();
        await accounts.write([{ query: withdraw(a, 6) }, { query: withdraw(a, 5), rows: 1 }]);
        expect(await find(a)).toMatchObject({ balance: 0 });
      });

      it("of many at once lets only those through that still may", async () => {
        const [a, orders] = [fresh(), fresh()];
        await insert(a, { balance: 3 }).execute();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) =>
            accounts.write([
              { query: withdraw(a, 1), rows: 1 },
              { query: insert(`${orders}/${index}`, { owner: orders }) },
            ]),
          ),
        );
        const codes = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : ""));
        expect(codes.filter((code) => code === "")).toHaveLength(3);
        expect(codes.filter((code) => code === "tables-conflict")).toHaveLength(5);
        const made = accounts.query.selectFrom("contract_accounts").where("owner", "=", orders);
        expect(await made.select("id").execute()).toHaveLength(3);
        expect(await find(a)).toMatchObject({ balance: 0 });
      });
    });

    it("is made once by several at a time, keeps its rows, and grows by what is appended", async () => {
      const id = fresh();
      await insert(id, { note: "kept" }).execute();
      const again = await Promise.all([1, 2, 3].map(() => opened.tables.open<Schema>(area)));
      expect(again).toHaveLength(3);
      const tables = await opened.reopen();
      const later: TableArea = { ...area, migrations: [make, addMarks] };
      const grown = await tables.open<Later>(later);
      await grown.query.insertInto("contract_marks").values({ id: "new" }).execute();
      const kept = grown.query.selectFrom("contract_accounts").select("note").where("id", "=", id);
      expect(await kept.executeTakeFirst()).toEqual({ note: "kept" });
      await expect(tables.open(area)).rejects.toMatchObject({ code: "tables-newer" });
    });
  });
}

import { CatalystError } from "@catalyst/base/errors";
import type { KyselyPlugin } from "kysely";

/** Refuses what not every end of the port has, at every end alike. */
export const portableOnly: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if ("returning" in node && node.returning !== undefined)
      throw new CatalystError("tables-statement", "RETURNING isn't had everywhere", {
        hint: "Make ids before the insert, and read what was written by a query of its own.",
      });
    return node;
  },
  transformResult: async ({ result }) => result,
};

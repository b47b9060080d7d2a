import type { Store } from "@catalyst/embedded-store";
import type { Tables } from "@catalyst/ports/tables";

/**
 * Opens the tables of a data folder's store. The store is the caller's to close. The query builder, hundreds of
 * files, is loaded with the first area: a start doesn't wait for it.
 */
export function openTables(store: Store): Tables {
  return { open: async (area) => (await import("./open-area.ts")).openArea(store, area) };
}

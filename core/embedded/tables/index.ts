export { openTables } from "./tables.ts";

export * from "./postgres-tables.ts";

/** Writes the reference pages below docs/ from the sources they describe. Run: `npm run docs`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { generatedPages } from "./pages.ts";

const docs = resolve(import.meta.dirname, "../../docs");

for (const [path, text] of await generatedPages()) {
  const file = join(docs, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

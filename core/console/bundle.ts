// Bundles the console into the folder named by its argument; a program of its own, started by build.ts.
import { join } from "node:path";
import { build } from "vite";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("the folder to build into is missing");
process.once("disconnect", () => process.exit(1));
await build({
  root: import.meta.dirname,
  configFile: join(import.meta.dirname, "vite.config.ts"),
  logLevel: "error",
  build: { outDir: folder, emptyOutDir: true },
});
// what listens for the parent would keep this process alive
process.exit(0);

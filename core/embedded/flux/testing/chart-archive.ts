import { gzipSync } from "node:zlib";
import { writeTar } from "../artifacts/index.ts";

/** Packs a chart named `site` from its files. */
export function chartArchive(files: Readonly<Record<string, string>>, version = "1.0.0"): Uint8Array {
  const all = {
    "Chart.yaml": `apiVersion: v2\nname: site\nversion: ${version}\nappVersion: "9"\n`,
    ...files,
  };
  const entries = Object.entries(all).map(([path, text]) => ({
    path: `site/${path}`,
    bytes: new TextEncoder().encode(text),
    executable: false,
  }));
  return gzipSync(writeTar(entries));
}

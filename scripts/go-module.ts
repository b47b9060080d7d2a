import { execFileSync } from "node:child_process";

/** Gives the folder of a Go module, such as `k8s.io/api@v0.37.1`, downloading it when needed. */
export function moduleFolder(module: string): string {
  const answer = execFileSync("go", ["mod", "download", "-json", module], { encoding: "utf8" });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

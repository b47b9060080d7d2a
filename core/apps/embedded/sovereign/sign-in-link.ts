import { spawn } from "node:child_process";
import { callAsAdmin, requireRunning } from "./running.ts";

/** Makes a link that signs in as admin, once, at the Sovereign that runs on a data folder. */
export async function signInLink(root: string): Promise<string> {
  const answer = await callAsAdmin(root, await requireRunning(root), "POST", "/v1/sign-in-links");
  return (answer as { readonly url: string }).url;
}

/** Opens an address in the person's browser; does nothing on a machine without a desktop. */
export function openInBrowser(url: string): void {
  const desktop = process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"];
  if (process.platform === "linux" && desktop === undefined) return;
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  spawn(program, [url], { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
}

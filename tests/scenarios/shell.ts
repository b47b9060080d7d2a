import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { launcher, type Sovereign } from "../sovereign/sovereign.ts";
import { pageFunction, servePageCommands } from "./page-command.ts";
import { runScript } from "./run-script.ts";

/**
 * What a scenario's commands may use besides the machine's programs: `catalyst`, `$URL`, `$DATA`, `$GIT` (the Git
 * host with the admin's token), and these functions.
 */
const functions = `
# sign_in_link: prints a link that signs in as admin, once.
sign_in_link() { api POST /v1/sign-in-links | json .url; }
# api METHOD PATH [JSON]: asks the API as admin.
api() { curl -s -X "$1" -H "authorization: Bearer $TOKEN" \${3:+-H "content-type: application/json" -d "$3"} "$URL$2"; }
# json .path: prints a part of the JSON on stdin.
json() { node -e 'const read = JSON.parse(require("fs").readFileSync(0)); const part = eval("read" + process.argv[1]); console.log(typeof part === "string" ? part : JSON.stringify(part, null, 2))' "$1"; }
# until_phase APPLICATION PHASE: waits up to 30 s until the projection shows the Application in that phase.
until_phase() {
  for i in $(seq 300); do
    api GET "/v1/environments/demo-dev/applications/$1" | grep -q "\\"phase\\":\\"$2\\"" && return 0
    sleep 0.1
  done
  api GET "/v1/environments/demo-dev/applications/$1"; return 1
}
# until_gone APPLICATION: waits up to 30 s until there is no such Application.
until_gone() {
  for i in $(seq 300); do
    api GET "/v1/environments/demo-dev/applications/$1" | grep -q '"status":404' && return 0
    sleep 0.1
  done
  api GET "/v1/environments/demo-dev/applications/$1"; return 1
}
`;

/** A shell for one scenario, in a folder of its own. */
export interface ScenarioShell {
  /** Texts that differ from run to run and what stands for them. */
  readonly known: ReadonlyMap<string, string>;
  /** Runs a command and gives everything it printed, and its exit code where that isn't 0. */
  run(command: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens a shell on a Sovereign. The working folder carries over from command to command; variables don't. */
export async function openShell(
  sovereign: Pick<Sovereign, "url" | "data" | "token">,
): Promise<ScenarioShell> {
  const home = mkdtempSync(join(tmpdir(), "scenario-"));
  const work = join(home, "work");
  mkdirSync(work);
  writeFileSync(
    join(home, ".gitconfig"),
    "[user]\n\tname = Ada\n\temail = ada@localhost\n[init]\n\tdefaultBranch = main\n",
  );
  const functionsFile = join(home, "functions.sh");
  writeFileSync(functionsFile, functions + pageFunction);
  const browser = join(home, "browser");
  const pages = await servePageCommands(browser, sovereign.url);
  const token = sovereign.token();
  const port = new URL(sovereign.url).port;
  const environment = {
    PATH: `${dirname(launcher)}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    LC_ALL: "C",
    URL: sovereign.url,
    DATA: sovereign.data,
    TOKEN: token,
    BROWSER: browser,
    GIT: sovereign.url.replace("://", `://admin:${token}@`).concat("/git"),
  };
  let folder = work;
  return {
    known: new Map([
      [token, "<token>"],
      [sovereign.data, "<data>"],
      [home, "<home>"],
      [`:${port}`, ":<port>"],
    ]),
    run: async (command) => {
      const script = `. ${functionsFile}\ncd ${folder}\n${command}\ncode=$?\npwd >&3\nexit $code`;
      const { output, code, at } = await runScript(script, environment);
      folder = at === "" ? folder : at;
      return code === 0 ? output : `${output.trimEnd()}\n(exit ${code})`;
    },
    close: async () => {
      await pages.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

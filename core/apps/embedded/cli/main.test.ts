import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CommandEntry } from "./command.ts";
import { EnvironmentError, UsageError } from "./errors.ts";
import { main } from "./main.ts";

const table: readonly CommandEntry[] = [
  {
    name: "greet",
    summary: "Say a name",
    load: async () => ({
      positionals: "NAME",
      count: { min: 1, max: 1 },
      options: {
        times: { type: "string", value: "NUMBER", default: "1", help: "How often" },
        loud: { type: "boolean", short: "l", help: "Louder" },
        wait: { type: "string", value: "HOW", implied: "shortly", help: "Wait first" },
        bow: { type: "string", short: "b", value: "DEPTH", help: "nobody sees it", hasNoEffect: true },
        curtsy: { type: "boolean", help: "nobody sees it", hasNoEffect: true },
      },
      examples: ["./catalyst greet ada"],
      run: async ({ arguments: given, terminal }) => {
        const name = given.positionals[0] ?? "";
        if (name === "nobody") throw new UsageError("nobody can't be greeted");
        if (name === "port") throw new EnvironmentError("port 8700 is taken", { hint: "Use --port." });
        if (name === "bug") throw new TypeError("broken");
        if (name === "file") readFileSync("/nowhere/at/all");
        terminal.progress("greeting");
        const [loud, wait] = [given.flag("loud"), given.text("wait")];
        terminal.result({ name, loud, wait }, name.repeat(Number(given.text("times"))));
        return 0;
      },
    }),
  },
  {
    name: "chart lint",
    summary: "Check a chart",
    load: async () => ({ options: {}, examples: ["./catalyst chart lint"], run: async () => 1 }),
  },
];

async function run(...words: string[]) {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table,
    words,
    folder: "/",
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

describe("an option", () => {
  test.each([
    ["of a switch that is on", ["--loud=true"], { loud: true }],
    ["of a switch that is off", ["--loud=false"], { loud: false }],
    ["of a switch that is put off again", ["-l", "--loud=0"], { loud: false }],
    ["of a switch that is put on again", ["--loud=f", "--loud"], { loud: true }],
    ["written alone", ["--wait"], { loud: false, wait: "shortly" }],
    ["with another value", ["--wait=long"], { loud: false, wait: "long" }],
    ["after the end of options", ["--"], { loud: false }],
  ])("%s", async (_name, words, expected) => {
    const { stdout } = await run("greet", "--output=json", ...words, "ada");
    expect(JSON.parse(stdout)).toEqual({ name: "ada", ...expected });
  });

  test("of a switch takes no other word", async () => {
    const { exit, stderr } = await run("greet", "ada", "--loud=maybe");
    expect([exit, stderr]).toEqual([
      2,
      'catalyst: --loud is true or false, not "maybe". See ./catalyst greet --help.\n',
    ]);
  });
});

describe("the launcher's words", () => {
  test("results go to stdout and progress to stderr", async () => {
    expect(await run("greet", "ada", "--times", "2")).toEqual({
      exit: 0,
      stdout: "adaada\n",
      stderr: "greeting\n",
    });
  });

  test("--output json prints one document", async () => {
    const { stdout } = await run("greet", "ada", "-l", "--output", "json");
    expect(JSON.parse(stdout)).toEqual({ name: "ada", loud: true });
  });

  test("a command's own exit code is passed on", async () => {
    expect(await run("chart", "lint")).toEqual({ exit: 1, stdout: "", stderr: "" });
  });

  test.each<[string, string[], number, string]>([
    ["no command", [], 2, "say what to do"],
    ["an unknown command", ["greeet"], 2, 'Did you mean "greet"?'],
    [
      "an unknown word of a group",
      ["chart", "lnit"],
      2,
      'there is no command "chart lnit". Did you mean "chart lint"?',
    ],
    ["a group alone", ["chart"], 2, 'there is no command "chart"'],
    [
      "an unknown option",
      ["greet", "ada", "--quiet"],
      2,
      "unknown option '--quiet'. See ./catalyst greet --help.",
    ],
    ["an option without its value", ["greet", "ada", "--times"], 2, "--times"],
    [
      "an option whose value looks like one",
      ["greet", "ada", "--times", "-1"],
      2,
      "catalyst: option '--times' argument is ambiguous. To specify an option argument starting with a dash use '--times=-XYZ'.\n",
    ],
    ["too few words", ["greet"], 2, "NAME is missing. See ./catalyst greet --help."],
    ["too many words", ["greet", "ada", "grace"], 2, '"grace" is one word too many'],
    ["an output that isn't known", ["greet", "ada", "-o", "xml"], 2, "--output is text or json"],
    ["a usage error of the command", ["greet", "nobody"], 2, "nobody can't be greeted"],
    ["something the environment lacks", ["greet", "port"], 3, "port 8700 is taken. Use --port."],
    ["a file the system refuses", ["greet", "file"], 1, "/nowhere/at/all: no such file or directory\n"],
    ["a bug", ["greet", "bug"], 1, "this is a bug: TypeError: broken"],
  ])("%s ends with a sentence and the exit code", async (_, words, exit, sentence) => {
    const answer = await run(...words);
    expect(answer).toMatchObject({ exit, stdout: "" });
    expect(answer.stderr).toContain(sentence);
  });

  test("an error with --output json is a document too", async () => {
    const { exit, stdout } = await run("greet", "port", "--output=json");
    expect(exit).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ exit: 3, error: { code: "environment-lacking" } });
  });
});

describe("the launcher's help", () => {
  test("lists the commands", async () => {
    const { exit, stdout } = await run("--help");
    expect(exit).toBe(0);
    expect(stdout).toContain("  greet       Say a name\n  chart lint  Check a chart\n");
  });

  test("lists a group", async () => {
    const { stdout } = await run("chart", "--help");
    expect(stdout).toContain("chart lint");
    expect(stdout).not.toContain("greet");
  });

  test("explains a command with its options and an example", async () => {
    expect((await run("greet", "--help")).stdout).toBe(`Say a name.

Usage: ./catalyst greet NAME [options]

      --times NUMBER      How often (default 1)
  -l, --loud              Louder
      --wait[=HOW]        Wait first
  -o, --output text|json  How the result is printed (default text)
  -h, --help              Show this help

Without effect, for scripts that give it to helm: nobody sees it.
  --bow DEPTH, --curtsy

Example:
  ./catalyst greet ada
`);
  });

  test("prints the version", async () => {
    expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

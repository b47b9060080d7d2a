import { describe, expect, test } from "vitest";
import { parseScenario, printScenario, steady } from "./scenario.ts";

const text = `# A site is installed by a push.
git push
----
To <url>

cat page |
  head
----
----
<h1>

</h1>
----
----

true
----
`;

describe("a scenario", () => {
  test("is read as comments, commands and outputs", () => {
    expect(parseScenario(text)).toEqual([
      { comment: "# A site is installed by a push.", command: "git push", output: "To <url>" },
      { comment: "", command: "cat page |\n  head", output: "<h1>\n\n</h1>" },
      { comment: "", command: "true", output: "" },
    ]);
  });

  test("is printed as it was read", () => {
    expect(printScenario(parseScenario(text))).toBe(text);
  });

  test.each([
    ["a command without its mark", "git push\n", "line 1: a command without ----"],
    [
      "a doubled mark that isn't closed",
      "a\n----\nb\n\nc\n----\n----\nd\n",
      "line 5: the output isn't closed",
    ],
  ])("refuses %s", (_, wrong, sentence) => {
    expect(() => parseScenario(wrong)).toThrow(sentence);
  });
});

describe("what differs from run to run", () => {
  test.each([
    ["a time", "at 2026-01-02T03:04:05Z", "at <time>"],
    ["a commit", `commit ${"ab".repeat(20)}`, "commit <commit>"],
    ["a range of commits", "   1234567..89abcde  main -> main", "   <commits>  main -> main"],
    ["a digest", `sha256:${"0f".repeat(32)}`, "<digest>"],
    ["a duration", "ready after 1.2 s, 340 ms", "ready after <duration>, <duration>"],
    ["a short digest", "code: 2e10527e9d88", "code: <id>"],
    ["a moment in a page", "    - time: 2 minutes ago", "    - time: <ago>"],
    ["a known text", "http://localhost:41234/", "http://localhost:<port>/"],
    ["nothing of an ordinary text", "2 Pods of web-1 are ready", "2 Pods of web-1 are ready"],
  ])("has a name: %s", (_, output, expected) => {
    expect(steady(output, new Map([["41234", "<port>"]]))).toBe(expected);
  });
});

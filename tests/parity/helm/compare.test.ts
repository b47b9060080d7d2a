import { describe, expect, test } from "vitest";
import { compareOutputs } from "./compare.ts";

/** Gives the texts one by one, the last over and over. */
function samples(...texts: string[]): () => Promise<string> {
  return async () => (texts.length > 1 ? texts.shift() : texts[0]) ?? "";
}

const refused =
  "Error: values don't meet the specifications of the schema(s) in the following chart(s):\na:\n";

describe("two outputs", () => {
  test.each([
    ["equal", "a: 1\n", "a: 1\n", samples("a: 1\n"), "same"],
    [
      "with a password made anew",
      "p: Zb3+\nb: 1\n",
      "p: aXXq\nb: 1\n",
      samples("p: bYYr\nb: 1\n"),
      "same but for chance",
    ],
    [
      "with a password, but another value beside it",
      "p: Zb3+\nb: 2\n",
      "p: aXXq\nb: 1\n",
      samples("p: bYYr\nb: 1\n"),
      "different",
    ],
    ["with a key made anew under another name", "q: Zb3+\n", "p: aXXq\n", samples("p: bYYr\n"), "different"],
    ["of other lengths", "a: 1\n", "a: 1\nb: 2\n", samples("a: 1\nb: 2\n"), "different"],
    ["that differ, given alike at every run", "a: 1\n", "a: 2\n", samples("a: 2\n"), "different"],
    [
      "of a schema, in another order",
      `${refused}- at '/a': x\n- at '/b': y\n`,
      `${refused}- at '/b': y\n- at '/a': x\n`,
      samples(""),
      "same",
    ],
    [
      "of two charts' schemas, where the second's name stands behind the first's last complaint",
      `${refused}- at '/a': 'x'\n- at '/b': 'y'b-1:\nEOF`,
      `${refused}- at '/b': 'y'\n- at '/a': 'x'b-1:\nEOF`,
      samples(""),
      "same",
    ],
    [
      "of two charts' schemas, of which the first complains of something else",
      `${refused}- at '/a': 'x'b-1:\nEOF`,
      `${refused}- at '/b': 'x'b-1:\nEOF`,
      samples(`${refused}- at '/b': 'x'b-1:\nEOF`),
      "different",
    ],
    [
      "of documents that come in another order at every run",
      "---\na: 1\n---\nb: 1\n---\nlong: 1\nd: 1\n",
      "---\nb: 1\n---\nlong: 1\nd: 1\n---\na: 1\n",
      samples("---\nlong: 1\nd: 1\n---\na: 1\n---\nb: 1\n"),
      "same but for chance",
    ],
    [
      "of documents in another order at every run, with blank lines that stay in their places",
      "---\na: 1\n\n---\n  \nb: 1\n---\nlong: 1\nd: 1\n",
      "---\nlong: 1\nd: 1\n\n---\n  \na: 1\n---\nb: 1\n",
      samples("---\nb: 1\n\n---\n  \nlong: 1\nd: 1\n---\na: 1\n"),
      "same but for chance",
    ],
    [
      "of documents in another order that is the same at every run",
      "---\na: 1\n---\nb: 1\nc: 1\n",
      "---\nb: 1\nc: 1\n---\na: 1\n",
      samples("---\nb: 1\nc: 1\n---\na: 1\n"),
      "different",
    ],
    [
      "of documents in any order, one of which is another",
      "---\na: 2\n---\nb: 1\nc: 1\n",
      "---\nb: 1\nc: 1\n---\na: 1\n",
      samples("---\na: 1\n---\nb: 1\nc: 1\n"),
      "different",
    ],
    [
      "about another host that isn't reached",
      'failing loading "https://a": not read here\n',
      'failing loading "https://a": no such host\n',
      samples(""),
      "same",
    ],
    [
      "of a schema, nested otherwise",
      `${refused}- at '/a': x\n  - at '/b': y\n`,
      `${refused}- at '/a': x\n- at '/b': y\n`,
      samples(`${refused}- at '/a': x\n- at '/b': y\n`),
      "different",
    ],
  ] as const)("%s", async (_, ours, theirs, again, kind) => {
    expect((await compareOutputs(ours, theirs, again)).kind).toBe(kind);
  });

  test("show where they differ, with the lines before", async () => {
    const verdict = await compareOutputs("a\nb\nc\n", "a\nb\nd\n", samples("a\nb\nd\n"));
    expect(verdict).toEqual({ kind: "different", difference: "line 3:\n  a\n  b\n- d\n- \n+ c\n+ " });
  });
});

import { describe, expect, it } from "vitest";
import { commitObject, newObject, packOf, type TreeItem, treeObject } from "./objects.ts";
import { changeTree } from "./tree-change.ts";

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

describe("objects", () => {
  it("have git's own ids", () => {
    expect(newObject("blob", Buffer.from("hello\n")).id).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
    expect(treeObject([]).id).toBe(emptyTree);
  });
  it("sort a tree's entries as if folders ended in a slash", () => {
    const id = "1".repeat(40);
    const items = ["a", "a.b", "a-b"].map((name) => ({ name, mode: name === "a" ? "40000" : "100644", id }));
    const names = Buffer.from(treeObject(items).content)
      .toString("latin1")
      .match(/(a[.-]?b?)\0/g);
    expect(names).toEqual(["a-b\0", "a.b\0", "a\0"]);
  });
  it("let no name end a signature early", () => {
    const evil = { name: "A>\ncommitter B <b@x> 1 +0000\n<", email: "a@example.org" };
    const content = { tree: emptyTree, parents: [], author: evil, committer: evil, seconds: 1, message: "m" };
    const lines = Buffer.from(commitObject(content).content).toString().split("\n");
    expect(lines.filter((line) => line.startsWith("committer "))).toHaveLength(1);
  });
  it("are packed with their count", () => {
    const pack = packOf([newObject("blob", Buffer.alloc(5000))]);
    expect(pack.toString("latin1", 0, 4)).toBe("PACK");
    expect(pack.readUInt32BE(8)).toBe(1);
    expect(pack[12]).toBe(0x80 | (3 << 4) | (5000 & 15));
  });
});

describe("changeTree", () => {
  const file = (name: string, mode = "100644"): TreeItem => ({ name, mode, id: "1".repeat(40) });
  const folder = treeObject([file("one")]).id;
  const trees: Record<string, readonly TreeItem[]> = {
    root: [
      file("kept"),
      file("run.sh", "100755"),
      file("link", "120000"),
      { name: "d", mode: "40000", id: folder },
    ],
    [folder]: [file("one")],
  };
  const readTree = async (id: string | undefined) => (id === undefined ? [] : (trees[id] ?? []));
  const change = (changes: Record<string, string | undefined>) =>
    changeTree(
      "root",
      Object.entries(changes).map(([path, content]) => ({ path, content })),
      readTree,
    );
  const tree = (items: readonly TreeItem[]) => treeObject(items).id;
  const blob = (name: string, content: string, mode = "100644") => ({
    name,
    mode,
    id: newObject("blob", Buffer.from(content)).id,
  });
  const [kept, run, link, dir] = trees["root"] as [TreeItem, TreeItem, TreeItem, TreeItem];

  it.each([
    ["keeps a file's mode", { "run.sh": "x" }, [kept, blob("run.sh", "x", "100755"), link, dir]],
    ["makes a file of a link", { link: "x" }, [kept, run, blob("link", "x"), dir]],
    ["drops a folder left empty", { "d/one": undefined }, [kept, run, link]],
    ["makes a file of a folder", { d: "x" }, [kept, run, link, blob("d", "x")]],
    [
      "leaves alone what isn't there",
      { none: undefined, "x/none": undefined, "d/none": undefined },
      [kept, run, link, dir],
    ],
    ["deletes no folder by a file's name", { d: undefined }, [kept, run, link, dir]],
  ])("%s", async (_words, changes, expected) => {
    expect((await change(changes)).id).toBe(tree(expected));
  });

  it("makes a folder of a file", async () => {
    const below = tree([blob("b", "x")]);
    expect((await change({ "kept/b": "x" })).id).toBe(
      tree([{ name: "kept", mode: "40000", id: below }, run, link, dir]),
    );
  });

  it("sends only what is new", async () => {
    expect((await change({ "d/two": "x" })).objects.map(({ type }) => type)).toEqual([
      "blob",
      "tree",
      "tree",
    ]);
  });

  it("19: refuses paths that leave the tree, touch git's own or contradict each other", async () => {
    for (const paths of [
      ["a/../b"],
      [".git/x"],
      ["a/.Git/x"],
      ["GIT~1/x"],
      ["a\\b"],
      ["a\nb"],
      ["a", "a/b"],
      ["a/b", "a"],
    ]) {
      const changes = Object.fromEntries(paths.map((path) => [path, "x"]));
      await expect(change(changes), paths.join(" ")).rejects.toMatchObject({ code: "git-path-invalid" });
    }
  });
});

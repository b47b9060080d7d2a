import { describe, expect, it } from "vitest";
import { parseBlueprint } from "../folder/index.ts";
import { lintBlueprint } from "../lint/index.ts";
import { starterFiles } from "./starter.ts";

describe("starterFiles", () => {
  it("gives a Blueprint that lint finds nothing wrong with", async () => {
    const files = await starterFiles("my-shop");
    expect(lintBlueprint(files)).toEqual([]);
    expect(parseBlueprint(files).manifest).toMatchObject({
      metadata: { name: "bp-my-shop" },
      spec: { card: { title: "My shop" } },
    });
  });

  it.each(["", "Shop", "../x", "a".repeat(60)])("refuses the name %j", async (name) => {
    await expect(starterFiles(name)).rejects.toMatchObject({ code: "blueprint-name-invalid" });
  });
});

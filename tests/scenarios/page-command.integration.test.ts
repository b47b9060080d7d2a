import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openShell, type ScenarioShell } from "./shell.ts";
import { browserObstacle } from "./visitor.ts";

const page = `<!doctype html><title>Shop</title><main><h1>Shop</h1>
<a href="/cart">Cart</a><label for="name">Name</label><input id="name">
<label for="size">Size</label><select id="size"><option>small<option>large</select>
<button onclick="document.querySelector('dialog').showModal()">Buy</button>
<dialog aria-label="Sure?"><button onclick="document.querySelector('dialog').close()">Buy</button></dialog></main>`;

describe.skipIf(browserObstacle !== undefined)(
  `the page command (${browserObstacle ?? "with Chromium"})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "page-command-"));
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(page));
    let shell: ScenarioShell;

    beforeAll(async () => {
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const url = `http://localhost:${(server.address() as AddressInfo).port}`;
      shell = await openShell({ url, data: folder, token: () => "token" });
    });
    afterAll(async () => {
      await shell.close();
      server.close();
      rmSync(folder, { recursive: true });
    });

    it("prints what is read, without addresses", async () => {
      expect(
        await shell.run("page open /; page fill Name \"Ada 'Q' Ü\"; page fill Size large; page look"),
      ).toBe(
        [
          "- main:",
          '  - heading "Shop" [level=1]',
          '  - link "Cart"',
          "  - text: Name",
          "  - textbox \"Name\": Ada 'Q' Ü",
          "  - text: Size",
          '  - combobox "Size":',
          '    - option "small"',
          '    - option "large" [selected]',
          '  - button "Buy"',
          "",
        ].join("\n"),
      );
    });

    it("reaches only what stands in front", async () => {
      expect(await shell.run("page click button Buy; page look")).toBe(
        '- dialog "Sure?":\n  - button "Buy"\n',
      );
      expect(await shell.run("page click button Buy; page look heading")).toBe(
        '- heading "Shop" [level=1]\n',
      );
    });

    it.each([
      ["an act there isn't", "page dance", 'there is no "page dance"; there are open, '],
      ["too few words", "page click button", '"page click" takes 2 words'],
      ["too many words", "page look main Shop more", '"page look" takes 0 to 2 words'],
    ])("refuses %s", async (_, command, answer) => {
      const output = await shell.run(command);
      expect(output).toContain(answer);
      expect(output).toContain("(exit 1)");
    });
  },
);

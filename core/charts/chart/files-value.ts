import { printYaml } from "@catalyst/base/yaml";
import { base } from "../functions/paths.ts";
import { spend, spendLines } from "../template/budget.ts";
import { decodeBytes } from "../template/bytes.ts";
import { nilBytes } from "../template/nil.ts";
import { fixed, type GoFunction, stringList, TypedMap, type Value } from "../template/values.ts";
import type { ChartFile } from "./chart.ts";
import { matchGlob } from "./glob.ts";

/** `.Files`: a chart's files by path, with Helm's methods. */
export class FilesValue extends TypedMap {
  constructor(files: Iterable<readonly [string, Uint8Array]>) {
    super("engine.files", files, nilBytes);
  }

  static of(files: readonly ChartFile[]): FilesValue {
    return new FilesValue(files.map((file) => [file.name, file.data]));
  }

  override withEntries(entries: Iterable<readonly [string, Value]>): FilesValue {
    return new FilesValue(entries as Iterable<readonly [string, Uint8Array]>);
  }

  override method(name: string): GoFunction | undefined {
    switch (name) {
      case "Get":
        return fixed(["string"], ([path]) => decodeBytes(this.#bytes(path)));
      case "GetBytes":
        return fixed(["string"], ([path]) => this.#bytes(path));
      case "Glob":
        return fixed(["string"], ([glob]) => this.#matching(glob));
      case "Lines":
        return fixed(["string"], ([path]) => stringList(this.#lines(path)));
      case "AsConfig":
        return fixed([], () => this.#asMap(decodeBytes));
      case "AsSecrets":
        return fixed([], () => this.#asMap((data) => Buffer.from(data).toString("base64")));
      default:
        return undefined;
    }
  }

  #bytes(path: string): Uint8Array {
    const data: Value = this.get(path);
    return data instanceof Uint8Array && data !== nilBytes ? data : new Uint8Array();
  }

  #matching(glob: string): FilesValue {
    spend(this.size);
    const names = [...this.keys()].filter((name) => matchGlob(glob, name));
    return new FilesValue(names.map((name) => [name, this.#bytes(name)]));
  }

  #lines(path: string): string[] {
    const text = decodeBytes(this.#bytes(path));
    spendLines(text);
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  }

  #asMap(print: (data: Uint8Array) => string): string {
    const entries = [...this.keys()].map((name) => {
      const text = print(this.#bytes(name)).toWellFormed();
      spendLines(text);
      return [base(name), text] as const;
    });
    return printYaml(new Map(entries)).replace(/\n$/, "");
  }
}

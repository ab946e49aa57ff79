import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { messages } from "./edited.ts";

const text = readFileSync(join(import.meta.dirname, "..", "refine", "large.json"), "utf8");

const edited = (find: string, replace: string): string => {
  if (!text.includes(find)) throw new Error(`the policy has no ${find}`);
  return messages(text.replace(find, () => replace));
};

describe("a large page that no processor or no domain can have", () => {
  it.each([
    ["a level that maps nothing", '"level": 2, "page": 2, "frame": "low"', '"level": 1, "page": 2, "frame": "low"', "level"],
    ["a page that is not aligned", '"page": 2, "frame": "low"', '"page": 1, "frame": "low"', "multiple of 2"],
    ["pages that are not explored", '"pages": 4', '"pages": 3', "pages that are explored"],
    ["frames that are not aligned", '"page": 2, "frame": "low"', '"page": 2, "frame": "high"', "follow each other"],
    ["a frame of another domain", '{ "name": "high", "owner": "root" }', '{ "name": "high", "owner": "child" }', "data frame of the domain"],
    ["a frame that the host sees", '{ "name": "high", "owner": "root" }', '{ "name": "high", "owner": "root", "shared": true }', "data frame of the domain"],
    ["a table in its place", '"page": 2, "frame": "low"', '"page": 0, "frame": "low"', "a table stands"],
    ["no table above", '{ "level": 2, "index": 0, "frame": "child-2" }', '{ "level": 1, "index": 0, "frame": "child-2" }', "no table of level 2"],
    ["pages that are mapped already", '{ "level": 2, "page": 2, "frame": "low", "access": "rw" }', '{ "level": 2, "page": 2, "frame": "low", "access": "rw" }, { "level": 2, "page": 2, "frame": "low", "access": "r" }', "mapped once"],
    ["a frame that nobody knows", '"page": 2, "frame": "low"', '"page": 2, "frame": "lo"', "no frame is called"],
  ])("%s is refused", (_, find, replace, message) => {
    expect(edited(find, replace)).toContain(message);
  });

  it("is not this one", () => {
    expect(messages(text)).toBe("ok");
  });
});

/** `refmon schema`: with a name the schema, without one the names that it takes. */
import { expect, it } from "vitest";
import { schemas } from "../../cli/schemas.ts";
import { refmon } from "./refmon.ts";

it("lists the formats where none is named, each of which it prints", () => {
  const { status, stdout } = refmon(["schema"]);
  expect([status, stdout]).toEqual([0, `${[...schemas.keys()].join("\n")}\n`]);
  const [last = ""] = stdout.trimEnd().split("\n").slice(-1);
  expect(JSON.parse(refmon(["schema", last]).stdout)).toEqual(schemas.get(last)?.());
});

it("says of a name that is none which there are", () => {
  const { status, stdout, stderr } = refmon(["schema", "polcy"]);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/no format is called `polcy`/);
});

/** What a translation wants to know of a function before it begins. */
import { parseFunction } from "./parse.ts";
import { walk, type Block, type Node } from "./tree.ts";

/** A function as it is read: `assigned` are the variables that it writes after they are declared, `calls` the names of what it calls, once for each call. */
export interface Shape { readonly body: Block; readonly parameters: readonly string[]; readonly returns: boolean; readonly assigned: ReadonlySet<string>; readonly nodes: number; readonly calls: readonly string[] }

const known = new WeakMap<Node, ReadonlySet<string>>();

/** The variables that are written below a node, besides where they are declared. What stands in place of many calls is asked as often. */
export const writtenIn = (node: Node): ReadonlySet<string> => {
  const before = known.get(node);
  if (before !== undefined) return before;
  const names = new Set<string>();
  known.set(node, names);
  walk(node, (one) => {
    if ((one.type === "Assignment" || one.type === "Update") && one.target.type === "Name") names.add(one.target.name);
  });
  return names;
};

/** @throws Untranslatable if the text is no function that can be read. */
export const shapeOf = (text: string): Shape => {
  const { parameters, body } = parseFunction(text), calls: string[] = [];
  let returns = false, nodes = 0;
  walk(body, (node) => {
    nodes++;
    if (node.type === "Return" && node.value !== null) returns = true;
    if (node.type === "Call") calls.push(node.callee);
  });
  return { body, parameters, returns, assigned: writtenIn(body), nodes, calls };
};

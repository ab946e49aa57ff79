/** The part of JavaScript that generated functions are written in, as far as its syntax goes. */
import { parse, type CallExpression, type Expression, type FunctionDeclaration, type Pattern, type Statement } from "acorn";

/** Text that is outside of what can be translated: a mistake of what generates it. */
export class Untranslatable extends Error {
  override readonly name = "Untranslatable";
}

/** A function as it is read: `assigned` are the variables that it writes after they are declared, `calls` the names of what it calls, once for each call. */
export interface Shape { readonly body: FunctionDeclaration; readonly parameters: readonly string[]; readonly returns: boolean; readonly assigned: ReadonlySet<string>; readonly nodes: number; readonly calls: readonly string[] }

/** Calls `each` for a node and all below it. */
export const walk = (node: object, each: (node: { readonly type: string }) => void): void => {
  if ("type" in node && typeof node.type === "string") each(node as { readonly type: string });
  for (const key in node) {
    const child = (node as Readonly<Record<string, unknown>>)[key];
    if (typeof child !== "object" || child === null) continue;
    if (!Array.isArray(child)) walk(child, each);
    else for (const one of child as readonly unknown[]) if (typeof one === "object" && one !== null) walk(one, each);
  }
};

export const nameOf = (node: Pattern | Expression): string => {
  if (node.type !== "Identifier") throw new Untranslatable(`a name is expected, not ${node.type}`);
  return node.name;
};

const isExpression = (node: object): node is Expression => "type" in node && node.type !== "Super" && node.type !== "PrivateIdentifier" && node.type !== "SpreadElement";

export const expression = (node: object | null | undefined): Expression => {
  if (node === null || node === undefined || !isExpression(node)) throw new Untranslatable("an expression is expected");
  return node;
};

const known = new WeakMap<object, ReadonlySet<string>>();

/** The variables that are written below a node, besides where they are declared. What stands in place of many calls is asked as often. */
export const writtenIn = (node: object): ReadonlySet<string> => {
  const before = known.get(node);
  if (before !== undefined) return before;
  const names = new Set<string>();
  known.set(node, names);
  walk(node, (below) => {
    const one = below as Expression;
    if (one.type === "AssignmentExpression" && one.left.type === "Identifier") names.add(one.left.name);
    if (one.type === "UpdateExpression" && one.argument.type === "Identifier") names.add(one.argument.name);
  });
  return names;
};

/** The name of what is called, with its object if it has one. */
export const calleeOf = ({ callee }: CallExpression): string => {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type === "MemberExpression" && callee.object.type === "Identifier" && callee.property.type === "Identifier" && !callee.computed) return `${callee.object.name}.${callee.property.name}`;
  throw new Untranslatable("a called expression");
};

export const shapeOf = (text: string): Shape => {
  const [body] = parse(text, { ecmaVersion: 2022 }).body;
  if (body?.type !== "FunctionDeclaration") throw new Untranslatable("a function is expected");
  let returns = false, nodes = 0;
  const calls: string[] = [];
  walk(body.body, (node) => {
    nodes++;
    const one = node as Statement | Expression;
    if (one.type === "ReturnStatement" && one.argument !== null && one.argument !== undefined) returns = true;
    if (one.type === "CallExpression") calls.push(calleeOf(one));
  });
  return { body, parameters: body.params.map(nameOf), returns, assigned: writtenIn(body.body), nodes, calls };
};

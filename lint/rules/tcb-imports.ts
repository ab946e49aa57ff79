import { posix, sep } from "node:path";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

const INSIDE = /^(hw|monitor)\//;

/** The monitor stands on the machine alone: whatever it imported otherwise would have to be trusted and audited too. */
export const tcbImports = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      outside: "The monitor imports hw/ and monitor/ only, not `{{source}}`.",
      dynamic: "The monitor imports nothing at run time.",
    },
  },
  defaultOptions: [],
  create(context) {
    const folder = posix.dirname(context.filename.split(sep).join("/"));
    const check = (node: TSESTree.Node, source: string): void => {
      const inside = source.startsWith(".") && INSIDE.test(posix.relative(projectOf(folder), posix.join(folder, source)));
      if (!inside) context.report({ node, messageId: "outside", data: { source } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => {
        if (node.source !== null) check(node, node.source.value);
      },
      ImportExpression: (node) => context.report({ node, messageId: "dynamic" }),
    };
  },
});

/** Returns the folder that contains monitor/, given a folder at or below monitor/. */
function projectOf(folder: string): string {
  const start = folder.lastIndexOf("/monitor/");
  return start >= 0 ? folder.slice(0, start) : posix.dirname(folder);
}

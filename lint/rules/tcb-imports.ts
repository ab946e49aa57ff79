import { posix, sep } from "node:path";
import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { TSESTree } from "@typescript-eslint/utils";
import { createRule } from "../create-rule.ts";

const INSIDE = /^(hw|monitor)\//;

/** What the monitor may ask of the machine is one list, beside the machine: what software at CPL 0 can do. */
const INTERFACE = "hw/ring0.ts";

/** What only the entry may do: handlers are software, not words, and the privilege is otherwise the hardware's to change. */
const AT_START: ReadonlySet<string> = new Set(["hw/machine.ts installHandlers", "hw/vcpu.ts setCpl", "hw/iommu.ts setDeviceTable"]);

/** The monitor stands on the machine alone: whatever it imported otherwise would have to be trusted and audited too. */
export const tcbImports = createRule({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      outside: "The monitor imports hw/ and monitor/ only, not `{{source}}`.",
      interface: "`{{name}}` of {{source}} is no part of the interface between monitor and machine (hw/ring0.ts).",
      whole: "A module as one value hides which of its names are used; name them.",
      dynamic: "The monitor imports nothing at run time.",
    },
  },
  defaultOptions: [],
  create(context) {
    const file = context.filename.split(sep).join("/");
    const folder = posix.dirname(file);
    const isStart = file.endsWith("/monitor/start.ts");
    /** Reports a module from outside, and returns the path of the module from the project's root. */
    const check = (node: TSESTree.Node, source: string): string => {
      const path = posix.relative(projectOf(folder), posix.join(folder, source));
      if (!source.startsWith(".") || !INSIDE.test(path)) context.report({ node, messageId: "outside", data: { source } });
      return path;
    };
    const checkName = (node: TSESTree.Node, path: string, name: string): void => {
      if (!path.startsWith("hw/") || path === INTERFACE || (isStart && AT_START.has(`${path} ${name}`))) return;
      context.report({ node, messageId: "interface", data: { name, source: path } });
    };
    return {
      ImportDeclaration: (node) => {
        const path = check(node, node.source.value);
        // Without names, the module is run for what it does.
        if (node.specifiers.length === 0) checkName(node, path, "");
        for (const specifier of node.specifiers) {
          if (specifier.type === AST_NODE_TYPES.ImportSpecifier) checkName(specifier, path, nameOf(specifier.imported));
          else context.report({ node: specifier, messageId: "whole" });
        }
      },
      ExportAllDeclaration: (node) => {
        const path = check(node, node.source.value);
        if ((path.startsWith("hw/") && path !== INTERFACE) || node.exported !== null) context.report({ node, messageId: "whole" });
      },
      ExportNamedDeclaration: (node) => {
        if (node.source === null) return;
        const path = check(node, node.source.value);
        for (const specifier of node.specifiers) checkName(specifier, path, nameOf(specifier.local));
      },
      ImportExpression: (node) => context.report({ node, messageId: "dynamic" }),
    };
  },
});

function nameOf(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === AST_NODE_TYPES.Identifier ? node.name : node.value;
}

/** Returns the folder that contains monitor/, given a folder at or below monitor/. */
function projectOf(folder: string): string {
  const start = folder.lastIndexOf("/monitor/");
  return start >= 0 ? folder.slice(0, start) : posix.dirname(folder);
}
